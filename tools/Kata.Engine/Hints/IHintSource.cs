using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Hints;

/// <summary>What a hint is asked for.</summary>
/// <param name="Kata">The kata.</param>
/// <param name="Answer">The text of the answer.</param>
/// <param name="Verdict">What becomes of it: who needs that waits for it, and who does not can start before.</param>
/// <param name="Language"><c>en</c> or <c>zh</c>.</param>
public sealed record HintRequest(KataEntry Kata, string Answer, Task<Verdict> Verdict, string Language)
{
    /// <summary>The file that the answer is from, or is taken to be from: what was bound for its check need not be bound again.</summary>
    public string AnswerFile { get; init; } = Kata.AnswerFile;
}

/// <summary>Reads a learner's answer and its verdict, and says what it notices: nothing rather than a guess.</summary>
public interface IHintSource
{
    /// <summary>The hints of this source, in no order.</summary>
    Task<IReadOnlyList<Hint>> FindAsync(HintRequest request, CancellationToken cancellation);
}
