namespace Kata.Rules;

/// <summary>How much a hint matters to a learner; the tool shows the weightier first.</summary>
public enum RuleSeverity
{
    /// <summary>The answer is wrong, or is not an answer.</summary>
    Essential,

    /// <summary>It will break on some input or some machine.</summary>
    Actionable,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Informative,

    /// <summary>Well done, and why.</summary>
    Celebratory,
}
