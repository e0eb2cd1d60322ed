namespace Kata.Engine.Mistakes;

/// <summary>A wrong answer that people really give: the reference with one edit.</summary>
/// <param name="File">The file that it is written in, named in errors.</param>
/// <param name="Id">Unique in its kata, for example <c>divided-by-dimension</c>.</param>
/// <param name="Task">The task whose tests notice it.</param>
/// <param name="From">The text of the reference that is replaced; it occurs exactly once.</param>
/// <param name="To">What people write in its place.</param>
/// <param name="HintEnglish">What to tell them, without the code of the answer.</param>
/// <param name="HintChinese">The same in Chinese.</param>
public sealed record Mistake(string File, string Id, int Task, string From, string To, string HintEnglish, string HintChinese)
{
    /// <summary>The hint in a language, <c>en</c> or <c>zh</c>.</summary>
    public string Hint(string language) => language == "zh" ? HintChinese : HintEnglish;

    /// <summary>The reference with this mistake in it.</summary>
    /// <exception cref="KataException">The reference does not hold <see cref="From"/> exactly once.</exception>
    public string Apply(string reference)
    {
        var text = reference.ReplaceLineEndings("\n");
        var first = text.IndexOf(From, StringComparison.Ordinal);
        if (first < 0)
        {
            throw new KataException(Texts.MistakeNotFound.With(File, Id));
        }

        return text.IndexOf(From, first + 1, StringComparison.Ordinal) < 0
            ? string.Concat(text.AsSpan(0, first), To, text.AsSpan(first + From.Length))
            : throw new KataException(Texts.MistakeAmbiguous.With(File, Id));
    }
}
