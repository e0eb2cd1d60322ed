namespace Kata.Rules.Scope;

/// <summary>Which katas a rule speaks in.</summary>
public enum RuleReach
{
    /// <summary>Every kata, unless its front matter lists the id with a minus: <c>rules: [-KATA010]</c>.</summary>
    EveryKata,

    /// <summary>Only katas whose front matter lists the id: what it finds may be right elsewhere.</summary>
    WhereAsked,
}
