using Kata.Cli.Views;
using Spectre.Console;

namespace Kata.Cli.Watch;

/// <summary>Shows verdicts one below the other: for files, pipes and terminals without a cursor.</summary>
/// <param name="session">Where to.</param>
internal sealed class TextView(Session session) : IWatchView
{
    private readonly VerdictView verdicts = new(session);

    /// <inheritdoc />
    public void Show(WatchEvent what)
    {
        switch (what)
        {
            case VerdictReached reached:
                verdicts.WriteVerdict(reached.Report);
                verdicts.WriteNotices(reached.Report);
                session.Screen.WriteLine();
                break;
            case HintsFound found:
                verdicts.WriteHints(found.Report);
                session.Screen.WriteLine();
                break;
            case CheckImpossible impossible:
                session.Notice(impossible.Reason);
                break;
            case NoticeGiven notice:
                session.Notice(notice.Text);
                break;
        }
    }
}
