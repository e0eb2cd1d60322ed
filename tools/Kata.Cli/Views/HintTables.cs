using Kata.Engine.Verify;

namespace Kata.Cli.Views;

/// <summary>The tables of <c>kata verify --hints</c>, for authors and so in English.</summary>
/// <param name="output">Where to.</param>
internal sealed class HintTables(TextWriter output)
{
    private const int NameWidth = 52;

    /// <summary>The head of the table of known mistakes and correct answers.</summary>
    public void WriteScoreHead() =>
        WriteRow("known mistakes and correct answers", "mistakes", "killed", "own first", "rule first", "with rule", "correct", "false alarms");

    /// <summary>What hints say of one kata's known mistakes and correct answers.</summary>
    public void Write(string name, HintScore score) =>
        WriteRow(name, score.Mistakes, score.Killed, score.OwnFirst, score.RuleFirst, score.WithRule, score.Correct, score.FalseAlarms.Count);

    /// <summary>The head of the table of wrong answers that people wrote.</summary>
    public void WriteAttemptHead()
    {
        output.WriteLine();
        WriteRow("wrong answers as people wrote them", "attempts", "known", "named", "by rule", "silent", "misnamed");
    }

    /// <summary>What hints say of the wrong answers to one kata.</summary>
    public void Write(string name, AttemptScore score) =>
        WriteRow(name, score.Attempts, score.Known, score.Named, score.ByRule, score.Silent, score.Misnamed.Count);

    /// <summary>How a likeness fared that is not exact, at several thresholds, on both halves.</summary>
    public void Write(IReadOnlyList<PartialScore> chosen, IReadOnlyList<PartialScore> heldBack)
    {
        output.WriteLine();
        WriteRow("two mistakes in one task, by likeness", "right", "wrong", "silent", "held back:", "right", "wrong", "silent");
        foreach (var (here, there) in chosen.Zip(heldBack))
        {
            WriteRow(FormattableString.Invariant($"agreement {here.Agreement:P0}"), here.Right, here.Wrong, here.Silent, "", there.Right, there.Wrong, there.Silent);
        }
    }

    /// <summary>How the rules fare on the bad snippets of their tests.</summary>
    public void Write(IReadOnlyList<RuleScore> rules)
    {
        output.WriteLine();
        WriteRow("rules on the bad snippets of their tests", "snippets", "fires");
        foreach (var rule in rules)
        {
            WriteRow($"{rule.Id} {rule.Name}", rule.Snippets, rule.Fires);
        }

        WriteRow($"{rules.Count} rules", rules.Sum(rule => rule.Snippets), rules.Sum(rule => rule.Fires));
    }

    private void WriteRow(string name, params ReadOnlySpan<object> cells)
    {
        output.Write(name.PadRight(NameWidth));
        foreach (var cell in cells)
        {
            output.Write($"  {cell,10}");
        }

        output.WriteLine();
    }
}
