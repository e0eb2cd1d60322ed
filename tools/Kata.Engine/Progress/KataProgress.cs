using Kata.Engine.Catalogue;

namespace Kata.Engine.Progress;

/// <summary>How far a learner is with a kata.</summary>
public enum KataStatus
{
    /// <summary>Every task still throws.</summary>
    NotStarted,

    /// <summary>Something is written, and it is not known to pass.</summary>
    InProgress,

    /// <summary>Exactly this answer passed exactly these tests.</summary>
    Passing,
}

/// <summary>How far a learner is with a task.</summary>
public enum TaskState
{
    /// <summary>It still throws.</summary>
    Open,

    /// <summary>Something is written, and it is not known to pass.</summary>
    Written,

    /// <summary>Its tests passed on exactly this answer.</summary>
    Passing,
}

/// <summary>One task and how far the learner is with it.</summary>
/// <param name="Number">The task's number in the statement.</param>
/// <param name="State">How far.</param>
public sealed record TaskProgress(int Number, TaskState State);

/// <summary>One kata and how far the learner is with it.</summary>
/// <param name="Kata">The kata.</param>
/// <param name="Status">How far.</param>
/// <param name="Tasks">Its tasks, in order.</param>
public sealed record KataProgress(KataEntry Kata, KataStatus Status, IReadOnlyList<TaskProgress> Tasks);
