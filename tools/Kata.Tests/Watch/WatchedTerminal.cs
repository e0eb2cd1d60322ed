using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Kata.Cli;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;
using Kata.Tests.Catalogue;
using Spectre.Console;

namespace Kata.Tests.Watch;

/// <summary>
/// Runs <c>kata</c> inside the test's process on a terminal of 80 columns and 24 lines, with keys that the test presses,
/// or on a pipe that the test closes.
/// </summary>
internal sealed partial class WatchedTerminal : IAnsiConsoleOutput, IDisposable
{
    private readonly BlockingCollection<ConsoleKeyInfo> keys = [];
    private readonly SignallingWriter writer = new();
    private readonly EndingStream input = new();
    private readonly StringWriter error = new() { NewLine = "\n" };

    public SyntheticClone Clone { get; } = SyntheticClone.WithThreeKatas();

    /// <summary>What the check makes of a request.</summary>
    public Func<CheckRequest, Verdict> Check { get; set; } = Cli.Verdicts.Fail;

    /// <summary>Whether there are keys and a cursor.</summary>
    public bool IsInteractive { get; init; } = true;

    public string Error => error.ToString();

    /// <summary>Everything that was written.</summary>
    public string Output => writer.Text;

    TextWriter IAnsiConsoleOutput.Writer => writer;

    bool IAnsiConsoleOutput.IsTerminal => IsInteractive;

    int IAnsiConsoleOutput.Width => 81;

    int IAnsiConsoleOutput.Height => 24;

    void IAnsiConsoleOutput.SetEncoding(Encoding encoding)
    {
    }

    public async Task<int> RunAsync(params string[] arguments)
    {
        var culture = CultureInfo.CurrentUICulture;
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = this });
        var terminal = new Terminal(screen, error, null)
        {
            ReadKey = IsInteractive ? keys.Take : null,
            Input = input,
        };
        try
        {
            var clone = new Kata.Cli.Clone(name => name == "LANG" ? "C.UTF-8" : null, Clone.Root, (_, _) => new Checker(this));
            return await new Application(clone, () => terminal).RunAsync(arguments);
        }
        finally
        {
            CultureInfo.CurrentUICulture = culture;
        }
    }

    public void Press(char key) => keys.Add(new ConsoleKeyInfo(key, key is ' ' ? ConsoleKey.Spacebar : ConsoleKey.None, false, false, false));

    public void PressEnter() => keys.Add(new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false));

    public void EndInput() => input.End();

    /// <summary>Waits until everything written so far fulfils a condition.</summary>
    public Task UntilOutputAsync(Func<string, bool> isReached) => writer.UntilAsync(isReached).WaitAsync(WatchedClone.Patience);

    /// <summary>Waits until the screen shows something, and returns the whole screen.</summary>
    public async Task<string> UntilScreenAsync(Func<string, bool> isReached)
    {
        await UntilOutputAsync(output => isReached(ScreenIn(output)));
        return ScreenIn(Output);
    }

    public void Dispose()
    {
        // As a terminal that is gone does to whoever waits for its keys.
        keys.CompleteAdding();
        input.End();
        Clone.Dispose();
    }

    /// <summary>What a terminal would show: the last frame without the commands to the terminal.</summary>
    private static string ScreenIn(string output)
    {
        var frame = output[Math.Max(0, output.LastIndexOf("\e[H", StringComparison.Ordinal))..];
        return string.Join('\n', Commands().Replace(frame, "").ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }

    [GeneratedRegex(@"\e\[[?0-9;]*[A-Za-z]")]
    private static partial Regex Commands();

    private sealed class Checker(WatchedTerminal terminal) : IAnswerChecker
    {
        public AnswerInspector Inspector { get; } = new(terminal.Clone.Repository);

        public Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation) => Task.FromResult(terminal.Check(request));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Remembers what is written, and tells whoever waits for it.</summary>
    private sealed class SignallingWriter : StringWriter
    {
        private readonly Channel<string> written = Channel.CreateUnbounded<string>();

        public SignallingWriter() => NewLine = "\n";

        public string Text { get; private set; } = "";

        public async Task UntilAsync(Func<string, bool> isReached)
        {
            while (!isReached(Text))
            {
                await written.Reader.ReadAsync();
            }
        }

        public override void Write(char value) => Take(value.ToString());

        public override void Write(string? value) => Take(value ?? "");

        public override void Write(char[] buffer, int index, int count) => Take(new string(buffer, index, count));

        public override void WriteLine(string? value) => Take(value + "\n");

        private void Take(string text)
        {
            Text += text;
            written.Writer.TryWrite(text);
        }
    }

    /// <summary>An input from which nothing comes until it ends.</summary>
    private sealed class EndingStream : MemoryStream
    {
        private readonly ManualResetEventSlim ended = new();

        public void End() => ended.Set();

        public override int Read(Span<byte> buffer)
        {
            ended.Wait();
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void CopyTo(Stream destination, int bufferSize) => ended.Wait();
    }
}
