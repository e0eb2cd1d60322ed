using Kata.Cli.Checks;
using Kata.Cli.Views;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Watch;

/// <summary>Writes verdicts as JSON, one line each. A verdict comes at once, and again when there are hints on it.</summary>
/// <param name="session">Where to.</param>
internal sealed class JsonView(Session session) : IWatchView
{
    /// <inheritdoc />
    public void Show(WatchEvent what)
    {
        switch (what)
        {
            case VerdictReached reached:
                Write(reached.Request, reached.Report);
                break;
            case HintsFound found:
                Write(found.Request, found.Report);
                break;
            case CheckImpossible impossible:
                session.Notice(impossible.Reason);
                break;
            case NoticeGiven notice:
                session.Notice(notice.Text);
                break;
        }
    }

    private void Write(CheckRequest request, AnswerReport report) =>
        JsonOutput.WriteLine(session.Screen, report, request.Content?.Hash ?? "");
}
