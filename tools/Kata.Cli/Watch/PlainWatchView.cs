using Kata.Cli.Checks;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;

namespace Kata.Cli.Watch;

/// <summary>For output that is not a terminal: each verdict as a block of text, hints when they come.</summary>
/// <param name="session">Where to, and in which language.</param>
internal sealed class PlainWatchView(Session session) : IWatchView
{
    private readonly VerdictView view = new(session);
    private readonly Lock writing = new();

    /// <inheritdoc />
    public void ShowChecking(KataEntry kata)
    {
    }

    /// <inheritdoc />
    public void ShowVerdict(AnswerReport report, string answer)
    {
        lock (writing)
        {
            view.Write(report);
        }
    }

    /// <inheritdoc />
    public void ShowHints(AnswerReport report)
    {
        lock (writing)
        {
            view.WriteHints(report);
        }
    }
}
