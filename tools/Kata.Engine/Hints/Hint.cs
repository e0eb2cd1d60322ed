namespace Kata.Engine.Hints;

/// <summary>How sure a hint is, the surest first.</summary>
public enum Sureness
{
    /// <summary>Every failure of the task is that of a known mistake, or a line cannot be right.</summary>
    Certain,

    /// <summary>A rule sees the cause of a failure.</summary>
    Essential,

    /// <summary>Most failures are those of one known mistake and of no other.</summary>
    Likely,

    /// <summary>A rule sees something to put right, whether or not it made a test fail.</summary>
    Actionable,

    /// <summary>Good to know.</summary>
    Informative,
}

/// <summary>Something to tell a learner about an answer.</summary>
/// <param name="Source">Where it comes from: <c>mistake</c>, <c>rule</c> or <c>step</c>.</param>
/// <param name="Id">Of the mistake or the rule; of a step, task and number.</param>
/// <param name="Text">One or two sentences, without the code of the answer.</param>
/// <param name="Line">The line of the answer that it is about, from 1; null when it is about what the answer does.</param>
/// <param name="Sureness">How sure it is.</param>
public sealed record Hint(string Source, string Id, string Text, int? Line, Sureness Sureness);
