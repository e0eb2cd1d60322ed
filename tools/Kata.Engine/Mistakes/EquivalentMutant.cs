namespace Kata.Engine.Mistakes;

/// <summary>A line of the reference where a mutation changes nothing that a test could see.</summary>
/// <param name="Line">Text that the line contains.</param>
/// <param name="Reason">Why the mutated line computes the same.</param>
public sealed record EquivalentMutant(string Line, string Reason);
