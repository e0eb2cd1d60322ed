using System.Text;
using Spectre.Console;

namespace Kata.Cli;

/// <summary>
/// A file or another program at the end of the output. <see cref="Console"/> would read up on the keys and colours of a
/// terminal before it gives out a writer, and there is none.
/// </summary>
/// <param name="stream">Where to.</param>
internal sealed class PlainOutput(Stream stream) : IAnsiConsoleOutput
{
    private const int BufferSize = 1 << 15;

    /// <inheritdoc />
    public TextWriter Writer { get; } = TextWriter.Synchronized(new StreamWriter(stream, Console.OutputEncoding, BufferSize) { AutoFlush = true });

    /// <inheritdoc />
    public bool IsTerminal => false;

    /// <inheritdoc />
    public int Width => 80;

    /// <inheritdoc />
    public int Height => 24;

    /// <inheritdoc />
    public void SetEncoding(Encoding encoding)
    {
        // It is UTF-8 everywhere.
    }
}
