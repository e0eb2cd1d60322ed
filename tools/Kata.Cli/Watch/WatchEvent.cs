using Kata.Cli.Checks;
using Kata.Engine.Progress;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Watch;

/// <summary>Something that happens while watching. Events are shown one after the other, in the order in which they happen.</summary>
internal abstract record WatchEvent;

/// <summary>A check begins.</summary>
internal sealed record CheckBegan(CheckRequest Request) : WatchEvent;

/// <summary>A check takes long enough to say so.</summary>
/// <param name="Request">What is checked.</param>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Test">The test that is running; null when none was heard of.</param>
internal sealed record CheckGoesOn(CheckRequest Request, TimeSpan Elapsed, string? Test) : WatchEvent;

/// <summary>A verdict on the newest content. Hints are still being looked for.</summary>
internal sealed record VerdictReached(CheckRequest Request, AnswerReport Report) : WatchEvent;

/// <summary>Hints on the newest content.</summary>
internal sealed record HintsFound(CheckRequest Request, AnswerReport Report) : WatchEvent;

/// <summary>A check could not be done.</summary>
internal sealed record CheckImpossible(CheckRequest Request, string Reason) : WatchEvent;

/// <summary>How far the learner was with all katas at the start.</summary>
internal sealed record OverviewRead(IReadOnlyList<KataProgress> Katas) : WatchEvent;

/// <summary>How far the learner is with one kata after its verdict.</summary>
internal sealed record ProgressMade(KataProgress Kata) : WatchEvent;

/// <summary>Something to know that is no result.</summary>
internal sealed record NoticeGiven(string Text) : WatchEvent;

/// <summary>A key.</summary>
internal sealed record KeyPressed(ConsoleKeyInfo Key) : WatchEvent;

/// <summary>The terminal has another size, or shows the program again.</summary>
internal sealed record ScreenChanged : WatchEvent;

/// <summary>Shows what happens.</summary>
internal interface IWatchView
{
    /// <summary>Shows one event; called by one thread at a time.</summary>
    void Show(WatchEvent what);
}
