using System.Text;
using System.Threading.Channels;
using Spectre.Console;

namespace Kata.Cli;

/// <summary>Where <c>kata</c> runs: what it writes to, whom it can ask, and what surrounds it.</summary>
/// <param name="Screen">Results.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="WorkingDirectory">Where relative paths start.</param>
/// <param name="Variable">Environment variables by name.</param>
/// <param name="Confirm">Asks a yes-no question; null when nobody is there to answer.</param>
internal sealed record Terminal(
    IAnsiConsole Screen, TextWriter Error, string WorkingDirectory, Func<string, string?> Variable, Func<string, bool>? Confirm)
{
    /// <summary>What is typed, key by key; null when nobody types or nobody sees. Reading begins with the first use.</summary>
    public ChannelReader<char>? Keys => KeySource?.Value;

    /// <summary>Where keys come from.</summary>
    public Lazy<ChannelReader<char>>? KeySource { get; init; }

    /// <summary>Completes when whoever feeds this program closes its input.</summary>
    public Func<CancellationToken, Task> InputEnded { get; init; } = cancellation => Task.Delay(Timeout.Infinite, cancellation);

    /// <summary>Longer lines are hard to read.</summary>
    private const int WidestText = 100;

    /// <summary>The width of text that goes to a file or another program.</summary>
    private const int PlainWidth = 80;

    /// <summary>The terminal of this process. Colours and decoration only where someone sees them and wants them.</summary>
    public static Terminal Real()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var plain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        screen.Profile.Width = Console.IsOutputRedirected ? PlainWidth : Math.Min(screen.Profile.Width, WidestText);
        var someoneAnswers = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        return new Terminal(
            screen,
            Console.Error,
            Environment.CurrentDirectory,
            Environment.GetEnvironmentVariable,
            someoneAnswers ? question => screen.Confirm(Markup.Escape(question), defaultValue: false) : null)
        {
            KeySource = someoneAnswers ? new(ReadKeys) : null,
            InputEnded = ReadToEndAsync,
        };
    }

    private static ChannelReader<char> ReadKeys()
    {
        var typed = Channel.CreateUnbounded<char>();
        var reader = new Thread(() =>
        {
            while (true)
            {
                typed.Writer.TryWrite(Console.ReadKey(intercept: true).KeyChar);
            }
        })
        { IsBackground = true, Name = "keys" };
        reader.Start();
        return typed.Reader;
    }

    private static async Task ReadToEndAsync(CancellationToken cancellation)
    {
        var ignored = new char[256];
        while (await Console.In.ReadAsync(ignored, cancellation) > 0)
        {
        }
    }
}
