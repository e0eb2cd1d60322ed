namespace Kata.Rules;

/// <summary>What a rule says of itself in one language.</summary>
/// <param name="Id">For example <c>KATA001</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Title">The rule as one sentence.</param>
/// <param name="Why">Why it matters, one sentence.</param>
/// <param name="Explanation">What goes wrong, with an example, and what stays silent on purpose.</param>
public sealed record RuleText(string Id, RuleSeverity Severity, string Title, string Why, string Explanation);
