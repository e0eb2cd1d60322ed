using System.Text;
using Spectre.Console;

namespace Kata.Cli.Watch;

/// <summary>
/// A screen that is drawn again and again in place. It is the terminal's second one: what was there before comes
/// back at the end. Frames are written whole, line over line, so that nothing flickers.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    // Second screen, no cursor, lines that are too long are cut instead of continued.
    private const string Enter = "\e[?1049h\e[?25l\e[?7l";
    private const string Leave = "\e[?7h\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string EndOfLine = "\e[K";
    private const string EndOfScreen = "\e[J";
    private const int FewestLines = 8;
    private const int FewestColumns = 20;

    private readonly Session session;
    private readonly IAnsiConsoleOutput output;
    private string? shown;

    /// <summary>Begins.</summary>
    public LiveScreen(Session session)
    {
        this.session = session;
        output = session.Screen.Profile.Out;
        Write(Enter);
    }

    /// <summary>How many lines there are.</summary>
    public int Height => Math.Max(FewestLines, output.Height);

    // The last column stays free: to erase the rest of a line that ends there would erase its last letter.
    private int Width => Math.Clamp(output.Width - 1, FewestColumns, Terminal.WidestText);

    /// <summary>The lines that something writes when it is given a session with a screen of this width.</summary>
    public IReadOnlyList<string> LinesOf(Action<Session> write)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });
        var capabilities = session.Screen.Profile.Capabilities;
        screen.Profile.Width = Width;
        screen.Profile.Capabilities.Ansi = capabilities.Ansi;
        screen.Profile.Capabilities.ColorSystem = capabilities.ColorSystem;
        screen.Profile.Capabilities.Unicode = capabilities.Unicode;
        write(session.On(screen, text));
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>Draws the given lines, and nothing else.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder(Home);
        frame.AppendJoin("\r\n", lines.Take(Height).Select(line => line + EndOfLine)).Append(EndOfScreen);
        var drawn = frame.ToString();
        if (drawn != shown)
        {
            Write(shown = drawn);
        }
    }

    /// <summary>Begins again after something else was on the terminal.</summary>
    public void Restore()
    {
        shown = null;
        Write(Enter);
    }

    /// <inheritdoc />
    public void Dispose() => Write(Leave);

    private void Write(string text)
    {
        output.Writer.Write(text);
        output.Writer.Flush();
    }
}
