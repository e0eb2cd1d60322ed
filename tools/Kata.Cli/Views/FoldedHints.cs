using Kata.Engine.Catalogue;
using Kata.Engine.Statements;

namespace Kata.Cli.Views;

/// <summary>What a statement shows in the place of each folded hint.</summary>
/// <param name="kata">The kata.</param>
/// <param name="statement">Its statement.</param>
internal sealed class FoldedHints(KataEntry kata, Statement statement)
{
    private readonly Dictionary<int, string> lines = (
        from task in statement.Tasks
        from hint in task.Hints
        select (hint.Line, Text: Texts.HintFolded.With(hint.Number, task.Hints.Count, kata.Number)))
        .ToDictionary(hint => hint.Line, hint => hint.Text);

    /// <summary>The line for the hint whose fold begins at a line of the statement.</summary>
    public string At(int line) => lines[line];
}
