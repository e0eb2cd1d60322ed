using System.Text;
using Spectre.Console;

namespace Kata.Cli;

/// <summary>What <c>kata</c> writes to, and whom it can ask.</summary>
/// <param name="Screen">Results.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Confirm">Asks a yes-no question; null when nobody is there to answer.</param>
internal sealed record Terminal(IAnsiConsole Screen, TextWriter Error, Func<string, bool>? Confirm)
{
    /// <summary>Longer lines are hard to read.</summary>
    public const int WidestText = 100;

    /// <summary>Waits for a key; null when nobody is there to press one, or the screen cannot be drawn upon.</summary>
    public Func<ConsoleKeyInfo>? ReadKey { get; init; }

    /// <summary>What comes in where no keys do; its end is the end of whoever started the program.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>The terminal of this process. Colours and decoration only where someone sees them and wants them.</summary>
    public static Terminal Real()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var redirected = Console.IsOutputRedirected;
        var plain = redirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = redirected ? new PlainOutput(Console.OpenStandardOutput()) : new AnsiConsoleOutput(Console.Out),
            // They know the services that build and test, whose output is plain in any case. Nobody else reads the
            // variables, of which a copy would be made.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            EnvironmentVariables = [],
        });
        screen.Profile.Width = Math.Min(screen.Profile.Width, WidestText);
        var someoneAnswers = !Console.IsInputRedirected && !redirected;
        return new Terminal(
            screen,
            Console.IsErrorRedirected ? new PlainOutput(Console.OpenStandardError()).Writer : Console.Error,
            someoneAnswers ? question => screen.Confirm(Markup.Escape(question), defaultValue: false) : null)
        {
            ReadKey = someoneAnswers && CanBeDrawnUpon(screen) ? () => Console.ReadKey(intercept: true) : null,
            Input = Console.OpenStandardInput(),
        };
    }

    /// <summary>Who wants no colours may still have a cursor that can be moved.</summary>
    private static bool CanBeDrawnUpon(IAnsiConsole screen) =>
        screen.Profile.Capabilities.Ansi
        || AnsiConsole.Create(new AnsiConsoleSettings { Out = screen.Profile.Out }).Profile.Capabilities.Ansi;
}
