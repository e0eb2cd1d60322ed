using Kata.Engine.Progress;

namespace Kata.Cli;

/// <summary>Where the learner is.</summary>
internal static class KataUnderWay
{
    /// <summary>The kata that was edited last, else the first that is not started; null when all are done.</summary>
    public static KataProgress? Of(Session session) => Of([.. session.Catalogue.Katas.Select(session.Progress.Read)]);

    /// <summary>The kata that was edited last, else the first that is not started; null when all are done.</summary>
    public static KataProgress? Of(IReadOnlyList<KataProgress> katas) =>
        katas.Where(kata => kata.Status == KataStatus.InProgress).MaxBy(kata => File.GetLastWriteTimeUtc(kata.Kata.AnswerFile))
        ?? katas.FirstOrDefault(kata => kata.Status == KataStatus.NotStarted);
}
