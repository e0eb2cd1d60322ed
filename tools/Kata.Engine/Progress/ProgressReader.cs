using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Progress;

/// <summary>
/// Says how far the learner is. Nothing is stored for it: the text of the answer speaks, and a verdict that was
/// reached on exactly the present content.
/// </summary>
/// <param name="verdicts">The verdicts that were kept.</param>
public sealed class ProgressReader(VerdictCache verdicts)
{
    /// <summary>How far the learner is with a kata.</summary>
    public KataProgress Read(KataEntry kata)
    {
        if (AnswerText.TryRead(kata.AnswerFile) is not { } text)
        {
            return new KataProgress(kata, File.Exists(kata.AnswerFile) ? KataStatus.InProgress : KataStatus.NotStarted, []);
        }

        var scan = AnswerScan.Of(text);
        var verdict = verdicts.Find(kata, text);
        if (verdict is null)
        {
            var status = scan.Untouched ? KataStatus.NotStarted : KataStatus.InProgress;
            return new KataProgress(kata, status, [.. scan.Tasks.Select(task => new TaskProgress(task, TextualState(scan, task)))]);
        }

        var tasks = verdict.Tests.GroupBy(test => test.Task).ToDictionary(
            group => group.Key,
            group => group.All(test => test.Outcome == TestOutcome.Passed));
        var states =
            from task in scan.Tasks.Union(tasks.Keys).Order()
            select new TaskProgress(task, tasks.GetValueOrDefault(task) ? TaskState.Passing : TextualState(scan, task));
        return new KataProgress(kata, StatusOf(verdict.Kind), [.. states]);
    }

    private static KataStatus StatusOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Pass => KataStatus.Passing,
        VerdictKind.NotStarted => KataStatus.NotStarted,
        _ => KataStatus.InProgress,
    };

    private static TaskState TextualState(AnswerScan scan, int task) =>
        scan.Open.Contains(task) ? TaskState.Open : TaskState.Written;
}
