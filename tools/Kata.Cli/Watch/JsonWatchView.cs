using Kata.Cli.Checks;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;

namespace Kata.Cli.Watch;

/// <summary>For other programs: one JSON object on a line for each verdict, and again when hints were found.</summary>
/// <param name="session">Where to.</param>
internal sealed class JsonWatchView(Session session) : IWatchView
{
    private readonly Lock writing = new();
    private string answer = "";

    /// <inheritdoc />
    public void ShowChecking(KataEntry kata)
    {
    }

    /// <inheritdoc />
    public void ShowVerdict(AnswerReport report, string answer)
    {
        lock (writing)
        {
            this.answer = answer;
            JsonOutput.WriteLine(session.Screen, report, answer);
        }
    }

    /// <inheritdoc />
    public void ShowHints(AnswerReport report)
    {
        lock (writing)
        {
            JsonOutput.WriteLine(session.Screen, report, answer);
        }
    }
}
