using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>Where a value got a trait: the place that a rule points at.</summary>
/// <param name="Trait">The trait.</param>
/// <param name="Operation">The operation that gave it.</param>
internal sealed record Origin(Trait Trait, IOperation Operation);
