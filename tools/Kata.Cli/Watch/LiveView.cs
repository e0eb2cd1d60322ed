using System.Runtime.InteropServices;
using Kata.Cli.Checks;
using Kata.Cli.Commands;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;
using Spectre.Console;

namespace Kata.Cli.Watch;

/// <summary>Shows the kata under way on a screen of its own, and takes keys.</summary>
internal sealed class LiveView : IWatchView, IDisposable
{
    private const int MostLinesOfMessage = 24;
    private const int FewestLinesOfMessage = 4;
    private static readonly Style TitleStyle = new(decoration: Decoration.Bold);
    private static readonly TimeSpan NameTheTest = TimeSpan.FromSeconds(1);

    private readonly Session session;
    private readonly AnswerWatch watch;
    private readonly LiveScreen screen;
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Dictionary<KataEntry, KataProgress> progress = [];
    private readonly List<string> notices = [];
    private KataEntry? kata;
    private AnswerReport? report;
    private string busy = "";
    private string? impossible;
    private IReadOnlyList<string> step = [];
    private Pager? pager;

    /// <summary>Takes the terminal over until it is disposed.</summary>
    public LiveView(Session session, AnswerWatch watch)
    {
        this.session = session;
        this.watch = watch;
        screen = new LiveScreen(session);
        if (!OperatingSystem.IsWindows())
        {
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => watch.Tell(new ScreenChanged())));
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => watch.Tell(new ScreenChanged())));
        }

        Task.Run(() => watch.Tell(new OverviewRead([.. session.Catalogue.Katas.Select(session.Progress.Read)])));
    }

    /// <inheritdoc />
    public void Show(WatchEvent what)
    {
        switch (what)
        {
            case CheckBegan began:
                Begin(began.Request.Kata);
                break;
            case CheckGoesOn going:
                busy = going is { Test: { } test } && going.Elapsed >= NameTheTest
                    ? Texts.WatchCheckingTest.With(test.Replace('_', ' '), (int)going.Elapsed.TotalSeconds)
                    : Texts.WatchChecking;
                break;
            case VerdictReached reached:
                (busy, report) = ("", reached.Report);
                break;
            case HintsFound found:
                report = found.Report;
                break;
            case CheckImpossible failure:
                (busy, report, impossible) = ("", null, failure.Reason);
                break;
            case OverviewRead overview:
                // A verdict that came in the meantime knows better.
                overview.Katas.ToList().ForEach(known => progress.TryAdd(known.Kata, known));
                break;
            case ProgressMade made:
                progress[made.Kata.Kata] = made.Kata;
                break;
            case NoticeGiven notice:
                notices.Add(notice.Text);
                break;
            case KeyPressed pressed:
                Take(pressed.Key);
                break;
            case ScreenChanged:
                screen.Restore();
                break;
        }

        // Until the first word on a check there is nothing to see but an empty screen.
        if (kata is not null)
        {
            screen.Draw(pager?.Visible(screen.Height) ?? Frame(kata));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        screen.Dispose();
        if (report is not null)
        {
            new VerdictView(session).WriteLine(report);
        }
    }

    private void Begin(KataEntry begun)
    {
        notices.Clear();
        impossible = null;
        if (begun != kata)
        {
            (kata, report, step) = (begun, null, []);
        }
    }

    private void Take(ConsoleKeyInfo key)
    {
        if (pager is not null)
        {
            pager = pager.Take(key, screen.Height) ? pager : null;
            return;
        }

        switch (char.ToLowerInvariant(key.KeyChar))
        {
            case 'q':
                watch.Stop();
                break;
            case 'r' when kata is not null:
                watch.Check(kata);
                break;
            case 'n':
                Move(+1);
                break;
            case 'p':
                Move(-1);
                break;
            case 'h' when kata is not null:
                step = LinesOf(on => HintCommand.Run(on, kata, wanted: null));
                break;
            case 'o' when kata is not null:
                pager = new Pager(LinesOf(on => ShowCommand.Run(on, kata)));
                break;
            case 'l':
                pager = new Pager(LinesOf(on => ListCommand.Run(on, json: false)));
                break;
        }
    }

    /// <summary>What a command writes, or why it cannot.</summary>
    private IReadOnlyList<string> LinesOf(Action<Session> command)
    {
        try
        {
            return screen.LinesOf(command);
        }
        catch (Exception exception) when (exception is KataException or IOException or UnauthorizedAccessException)
        {
            return [exception.Message];
        }
    }

    /// <summary>The neighbour in the order of the list; after the last comes the first.</summary>
    private void Move(int step)
    {
        var katas = session.Catalogue.Katas;
        var position = katas.ToList().FindIndex(known => known == kata);
        if (position >= 0)
        {
            watch.Check(katas[(position + step + katas.Count) % katas.Count]);
        }
    }

    private List<string> Frame(KataEntry current)
    {
        var footer = screen.LinesOf(on => WriteFooter(on, current));
        var room = screen.Height - footer.Count - 1;
        var body = screen.LinesOf(on => WriteBody(on, current, MostLinesOfMessage));
        if (body.Count > room)
        {
            var linesOfMessage = Math.Max(FewestLinesOfMessage, MostLinesOfMessage - (body.Count - room) - 1);
            body = screen.LinesOf(on => WriteBody(on, current, linesOfMessage));
        }

        return [.. body.Take(room), "", .. footer];
    }

    private void WriteBody(Session on, KataEntry current, int mostLinesOfMessage)
    {
        on.Screen.Write(new Paragraph($"{current.Folder[..3]}  {on.HeadOf(current)?.Title ?? current.Slug}", TitleStyle));
        on.Screen.WriteLine(busy == "" ? "" : $"  {busy}");
        on.Screen.WriteLine();
        if (impossible is not null)
        {
            on.Notice(impossible);
        }

        if (report is not null)
        {
            var view = new VerdictView(on) { MostLinesOfMessage = mostLinesOfMessage };
            view.WriteVerdict(report);
            view.WriteHints(report);
            view.WriteNotices(report);
        }

        if (step.Count > 0)
        {
            on.Screen.WriteLine();
            on.Screen.Profile.Out.Writer.WriteLine(string.Join('\n', step));
        }

        notices.ForEach(on.Notice);
    }

    private void WriteFooter(Session on, KataEntry current)
    {
        if (progress.Count > 1)
        {
            on.Screen.Write(new ProgressMap([.. session.Catalogue.Katas.Where(progress.ContainsKey).Select(known => progress[known])], current));
        }

        on.Screen.WriteLine(Texts.WatchKeys);
    }
}
