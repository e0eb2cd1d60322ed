using System.Collections.Immutable;

namespace Kata.Rules.Shapes;

/// <summary>What comparing two sizes comes to.</summary>
internal enum Comparison
{
    /// <summary>It depends, or one of them is not known.</summary>
    Undecided,

    /// <summary>Equal whatever the sizes are.</summary>
    Equal,

    /// <summary>Different, unless two names of the stub happen to have the same size.</summary>
    Different,
}

/// <summary>
/// What is known about the sizes at a point of the program: the equalities that guards have proved, and the names
/// that the program compares in ways that are not followed, about which nothing is claimed any more.
/// </summary>
internal sealed class Facts : IEquatable<Facts>
{
    /// <summary>Nothing is known: every declared name is a size of its own.</summary>
    public static readonly Facts None = new(ImmutableDictionary<Symbol, Dimension>.Empty, ImmutableHashSet<Symbol>.Empty);

    // No replacement contains a name that is itself replaced.
    private readonly ImmutableDictionary<Symbol, Dimension> replacements;
    private readonly ImmutableHashSet<Symbol> blurred;

    private Facts(ImmutableDictionary<Symbol, Dimension> replacements, ImmutableHashSet<Symbol> blurred)
    {
        this.replacements = replacements;
        this.blurred = blurred;
    }

    /// <summary>Compares two sizes.</summary>
    public Comparison Compare(Dimension? left, Dimension? right)
    {
        if (left is not null && left.Equals(right))
        {
            return Comparison.Equal;
        }

        if (Difference(left, right) is not { } difference)
        {
            return Comparison.Undecided;
        }

        if (difference.AsNumber is { } number)
        {
            return number == 0 ? Comparison.Equal : Comparison.Different;
        }

        return difference.Symbols.Any(symbol => !symbol.IsDeclared || blurred.Contains(symbol))
            ? Comparison.Undecided
            : CompareDeclared(difference);
    }

    /// <summary>What is known where the two are equal; null when they cannot be.</summary>
    public Facts? Equate(Dimension? left, Dimension? right)
    {
        if (Difference(left, right) is not { } difference)
        {
            // Equal to something, we do not know what: perhaps to each other.
            return Blur(new[] { left, right }.OfType<Dimension>().SelectMany(size => size.Symbols));
        }

        if (difference.AsNumber is { } number)
        {
            return number == 0 ? this : null;
        }

        // A name that occurs once, and by itself, can be expressed by the others.
        var solvable = difference.Summands
            .Where(summand => summand.Factors.Length == 1 && Math.Abs(summand.Count) == 1)
            .Where(summand => difference.Summands.Count(other => other.Factors.Contains(summand.Factors[0])) == 1)
            .OrderBy(summand => summand.Factors[0].IsDeclared)
            .ThenByDescending(summand => summand.Factors[0].Name, StringComparer.Ordinal)
            .ToList();
        if (solvable.Count == 0)
        {
            return Blur(difference.Symbols);
        }

        var symbol = solvable[0].Factors[0];
        var rest = difference - (Dimension.Named(symbol) * Dimension.Number(solvable[0].Count));
        var replacement = rest * Dimension.Number(-solvable[0].Count);
        return replacement is null ? Blur(difference.Symbols) : Replace(symbol, replacement);
    }

    /// <summary>From here on nothing is claimed about these names.</summary>
    public Facts Blur(IEnumerable<Symbol> symbols) =>
        blurred.Union(symbols) is var more && more.Count == blurred.Count ? this : new(replacements, more);

    /// <summary>What is known where two paths meet. A name of which only one path knows something is blurred.</summary>
    public static Facts Join(Facts left, Facts right)
    {
        if (left.Equals(right))
        {
            return left;
        }

        var common = left.replacements.Where(fact => right.Proves(fact)).ToImmutableDictionary();
        var lost = left.replacements.Concat(right.replacements).Where(fact => !left.Proves(fact) || !right.Proves(fact));
        return new Facts(common, left.blurred.Union(right.blurred))
            .Blur(lost.SelectMany(fact => fact.Value.Symbols.Append(fact.Key)));
    }

    /// <inheritdoc />
    public bool Equals(Facts? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && blurred.SetEquals(other.blurred)
            && replacements.Count == other.replacements.Count
            && replacements.All(fact => other.replacements.TryGetValue(fact.Key, out var value) && value.Equals(fact.Value)));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Facts);

    /// <inheritdoc />
    public override int GetHashCode() => (replacements.Count * 31) + blurred.Count;

    private static Comparison CompareDeclared(Dimension difference)
    {
        var summands = difference.Summands.ToList();
        var names = summands.Where(summand => summand.Factors.Length == 1).Select(summand => summand.Count).ToList();
        var units = summands.Where(summand => summand.Factors.IsEmpty).Select(summand => summand.Count).ToList();

        // Two names, or a name and a number. Not zero: it is what one returns early for an empty input.
        return (names.Count, units.Count, summands.Count) switch
        {
            (2, 0, 2) when names[0] * names[1] == -1 => Comparison.Different,
            (1, 1, 2) when Math.Abs(names[0]) == 1 && names[0] * units[0] < 0 => Comparison.Different,
            _ => Comparison.Undecided,
        };
    }

    private Dimension? Difference(Dimension? left, Dimension? right) => Resolve(left) - Resolve(right);

    private Dimension? Resolve(Dimension? dimension) =>
        replacements.IsEmpty ? dimension : dimension?.Substitute(symbol => replacements.TryGetValue(symbol, out var value) ? value : Dimension.Named(symbol));

    private bool Proves(KeyValuePair<Symbol, Dimension> fact) =>
        Compare(Dimension.Named(fact.Key), fact.Value) == Comparison.Equal;

    private Facts Replace(Symbol symbol, Dimension replacement)
    {
        var extended = replacements.Add(symbol, replacement);
        foreach (var fact in replacements)
        {
            var value = fact.Value.Substitute(name => name.Equals(symbol) ? replacement : Dimension.Named(name));
            extended = value is null ? extended.Remove(fact.Key) : extended.SetItem(fact.Key, value);
        }

        return new Facts(extended, blurred);
    }
}
