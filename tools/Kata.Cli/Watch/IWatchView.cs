using Kata.Cli.Checks;
using Kata.Engine.Catalogue;

namespace Kata.Cli.Watch;

/// <summary>What someone who watches is shown.</summary>
internal interface IWatchView
{
    /// <summary>A check takes long enough to be mentioned.</summary>
    void ShowChecking(KataEntry kata);

    /// <summary>A verdict, before any hint.</summary>
    /// <param name="report">What became of the answer.</param>
    /// <param name="answer">The hash of the content that it is about.</param>
    void ShowVerdict(AnswerReport report, string answer);

    /// <summary>The same verdict again, now with what was noticed.</summary>
    void ShowHints(AnswerReport report);
}
