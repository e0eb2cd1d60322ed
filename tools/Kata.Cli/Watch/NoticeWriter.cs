using System.Text;

namespace Kata.Cli.Watch;

/// <summary>Takes the place of the error stream while a screen is shown: hands over each line.</summary>
/// <param name="take">Takes a line.</param>
internal sealed class NoticeWriter(Action<string> take) : TextWriter
{
    private readonly StringBuilder line = new();

    /// <inheritdoc />
    public override Encoding Encoding => Encoding.Unicode;

    /// <inheritdoc />
    public override void WriteLine(string? value) => take(value ?? "");

    /// <inheritdoc />
    public override void Write(char value)
    {
        lock (line)
        {
            if (value != '\n')
            {
                line.Append(value);
                return;
            }

            take(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }
}
