using Kata.Cli.Checks;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Spectre.Console;

namespace Kata.Cli.Watch;

/// <summary>The screen of a terminal: drawn into memory first and written at once, so that nothing flickers.</summary>
/// <param name="session">Where to, and in which language.</param>
internal sealed class ScreenWatchView(Session session) : IWatchView
{
    private const string HomeAndClear = "\u001b[H\u001b[2J\u001b[3J";
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";
    private readonly Lock writing = new();
    private AnswerReport? shown;
    private bool isCovered;

    /// <inheritdoc />
    public void ShowChecking(KataEntry kata)
    {
        lock (writing)
        {
            if (!isCovered)
            {
                session.Screen.WriteLine(Texts.WatchChecking.With(kata.Folder));
            }
        }
    }

    /// <inheritdoc />
    public void ShowVerdict(AnswerReport report, string answer) => Draw(report);

    /// <inheritdoc />
    public void ShowHints(AnswerReport report) => Draw(report);

    /// <summary>Draws the last verdict again, over whatever covered it.</summary>
    public void Uncover()
    {
        lock (writing)
        {
            isCovered = false;
        }

        if (shown is { } report)
        {
            Draw(report);
        }
    }

    /// <summary>Shows something in the verdict's place, until <see cref="Uncover"/>.</summary>
    public void Cover(Action<Session> write)
    {
        lock (writing)
        {
            isCovered = true;
            Write(inner =>
            {
                write(inner);
                inner.Screen.WriteLine();
                inner.Screen.WriteLine(Texts.WatchAnyKey);
            });
        }
    }

    /// <summary>Adds something below the verdict.</summary>
    public void Append(Action<Session> write)
    {
        lock (writing)
        {
            session.Screen.WriteLine();
            write(session);
        }
    }

    private void Draw(AnswerReport report)
    {
        lock (writing)
        {
            shown = report;
            if (isCovered)
            {
                return;
            }

            Write(inner =>
            {
                var view = new VerdictView(inner);
                view.WriteBody(report);
                view.WriteHints(report);
                inner.Screen.WriteLine();
                inner.Screen.Write(new ProgressMap(session, report.Kata));
                inner.Screen.WriteLine(Texts.WatchKeys);
            });
        }
    }

    private void Write(Action<Session> write)
    {
        var text = new StringWriter();
        var profile = session.Screen.Profile;
        var memory = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = profile.Capabilities.Ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = (ColorSystemSupport)profile.Capabilities.ColorSystem,
            Out = new AnsiConsoleOutput(text),
        });
        memory.Profile.Width = profile.Width;
        memory.Profile.Capabilities.Unicode = profile.Capabilities.Unicode;
        write(session.On(memory));
        var output = profile.Out.Writer;
        output.Write(HideCursor + HomeAndClear + text + ShowCursor);
        output.Flush();
    }
}
