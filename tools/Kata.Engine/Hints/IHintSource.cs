using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Hints;

/// <summary>Something to tell a learner about an answer.</summary>
/// <param name="Source">Where it comes from, for example <c>mistake</c> or <c>rule</c>.</param>
/// <param name="Id">Of the mistake or the rule.</param>
/// <param name="Text">One or two sentences, without the code of the answer.</param>
/// <param name="Line">The line of the answer that it is about, or null.</param>
public sealed record Hint(string Source, string Id, string Text, int? Line);

/// <summary>Reads a learner's answer and its verdict, and says what it notices: nothing rather than a guess.</summary>
public interface IHintSource
{
    /// <summary>The hints, the surest first.</summary>
    /// <param name="kata">The kata.</param>
    /// <param name="answer">The text of the answer.</param>
    /// <param name="verdict">What became of it.</param>
    /// <param name="language"><c>en</c> or <c>zh</c>.</param>
    IEnumerable<Hint> Read(KataEntry kata, string answer, Verdict verdict, string language);
}
