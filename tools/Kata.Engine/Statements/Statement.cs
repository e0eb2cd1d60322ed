using Markdig.Syntax;

namespace Kata.Engine.Statements;

/// <summary>A heading of a statement.</summary>
/// <param name="Level">1 for the title.</param>
/// <param name="Text">Without marks.</param>
/// <param name="Line">From 1.</param>
public sealed record Heading(int Level, string Text, int Line);

/// <summary>A block of code in a statement.</summary>
/// <param name="Language">The word after the fence, or empty.</param>
/// <param name="Text">The lines.</param>
/// <param name="Line">From 1.</param>
public sealed record CodeSample(string Language, string Text, int Line);

/// <summary>A folded hint under a task.</summary>
/// <param name="Number">From 1, a nudge first.</param>
/// <param name="Text">Markdown.</param>
/// <param name="Line">From 1.</param>
public sealed record FoldedHint(int Number, string Text, int Line);

/// <summary>A task of a statement.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Title">The words after the number.</param>
/// <param name="Hints">In order.</param>
/// <param name="Line">From 1.</param>
public sealed record StatementTask(int Number, string Title, IReadOnlyList<FoldedHint> Hints, int Line);

/// <summary>A statement or an interview answer, read as Markdown.</summary>
/// <param name="Title">The first heading.</param>
/// <param name="Headings">All headings in order, the title among them.</param>
/// <param name="Tasks">The tasks in order; none in an interview answer.</param>
/// <param name="CodeSamples">All blocks of code in order, those in hints among them.</param>
/// <param name="Document">The whole text, for showing it.</param>
public sealed record Statement(
    string Title,
    IReadOnlyList<Heading> Headings,
    IReadOnlyList<StatementTask> Tasks,
    IReadOnlyList<CodeSample> CodeSamples,
    MarkdownDocument Document)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="KataException">It does not exist, or its structure is broken; the message names the line.</exception>
    public static Statement Read(string file) =>
        File.Exists(file)
            ? new StatementReader(file, File.ReadAllText(file)).Read()
            : throw new KataException(Texts.StatementMissing.With(file));
}
