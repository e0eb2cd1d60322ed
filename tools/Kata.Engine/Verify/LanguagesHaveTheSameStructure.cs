using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Statements;

namespace Kata.Engine.Verify;

/// <summary>
/// English and Chinese have the same headings, tasks, hints and code, and a statement has the sections that
/// learners and the tool rely on.
/// </summary>
public sealed class LanguagesHaveTheSameStructure : IKataCheck
{
    private static readonly string[] English =
        ["Question", "Why it matters", "Mathematics", "Tasks", "Worked example", "Out of scope", "References"];

    private static readonly string[] Chinese = ["题目", "为什么重要", "数学", "任务", "例题", "不在范围内", "参考文献"];

    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var statements = (En: Statement.Read(kata.StatementFile("en")), Zh: Statement.Read(kata.StatementFile("zh")));
        foreach (var finding in Sections(statements.En, English, kata.StatementFile("en"))
            .Concat(Sections(statements.Zh, Chinese, kata.StatementFile("zh")))
            .Concat(Tasks(statements.En, kata.StatementFile("en")))
            .Concat(SameShape(statements.En, statements.Zh, kata.StatementFile("zh"))))
        {
            yield return finding;
        }

        var answers = (En: Statement.Read(kata.InterviewAnswerFile("en")), Zh: Statement.Read(kata.InterviewAnswerFile("zh")));
        foreach (var finding in SameShape(answers.En, answers.Zh, kata.InterviewAnswerFile("zh")))
        {
            yield return finding;
        }
    }

    private static IEnumerable<Finding> Sections(Statement statement, string[] expected, string file)
    {
        var sections = statement.Headings.Where(heading => heading.Level == 2).Select(heading => heading.Text);
        if (!sections.SequenceEqual(expected))
        {
            yield return new Finding(file, $"its sections must be: {string.Join(", ", expected)}");
        }
    }

    private static IEnumerable<Finding> Tasks(Statement statement, string file)
    {
        var numbers = statement.Tasks.Select(task => task.Number).ToList();
        if (numbers.Count is < 2 or > 5 || !numbers.SequenceEqual(Enumerable.Range(1, numbers.Count)))
        {
            yield return new Finding(file, "needs 2 to 5 tasks, numbered from 1");
        }

        foreach (var task in statement.Tasks.Where(task => task.Hints.Count == 0))
        {
            yield return new Finding(file, $"task {task.Number} has no folded hint");
        }
    }

    private static IEnumerable<Finding> SameShape(Statement english, Statement chinese, string file)
    {
        if (!english.Headings.Select(heading => heading.Level).SequenceEqual(chinese.Headings.Select(heading => heading.Level)))
        {
            yield return new Finding(file, "its headings are not those of the English text, level by level");
        }

        if (!english.Tasks.Select(task => task.Hints.Count).SequenceEqual(chinese.Tasks.Select(task => task.Hints.Count)))
        {
            yield return new Finding(file, "its tasks or the number of their hints differ from the English text");
        }

        if (!english.CodeSamples.Select(sample => sample.Language).SequenceEqual(chinese.CodeSamples.Select(sample => sample.Language)))
        {
            yield return new Finding(file, "its code blocks are not those of the English text, one by one");
        }

        var signatures = english.CodeSamples.Where(sample => sample.Language == "csharp").Select(sample => sample.Text);
        if (!signatures.SequenceEqual(chinese.CodeSamples.Where(sample => sample.Language == "csharp").Select(sample => sample.Text)))
        {
            yield return new Finding(file, "its C# blocks differ from the English text");
        }
    }
}
