using System.Collections.Immutable;
using System.Globalization;

namespace Kata.Rules.Shapes;

/// <summary>
/// A size as a polynomial with integer coefficients over named sizes, in normal form: <c>n</c>, <c>3</c>,
/// <c>heads·dHead</c>, <c>past + n</c>. A size that is not known is <see langword="null"/>, and so is every
/// result that is computed with it.
/// </summary>
internal sealed class Dimension : IEquatable<Dimension>
{
    // Beyond these bounds nothing is learnt that a hint could say, and squaring in a row would not end.
    private const int MostTerms = 16;
    private const int HighestDegree = 8;

    private readonly ImmutableSortedDictionary<string, Term> terms;
    private readonly Lazy<string> text;

    private Dimension(ImmutableSortedDictionary<string, Term> terms)
    {
        this.terms = terms;
        text = new(Write);
    }

    /// <summary>The number, when it is one.</summary>
    public long? AsNumber => terms.Count switch
    {
        0 => 0,
        1 when terms.TryGetValue("", out var units) => units.Count,
        _ => null,
    };

    /// <summary>The named sizes that it is computed from.</summary>
    public IEnumerable<Symbol> Symbols => terms.Values.SelectMany(term => term.Factors).Distinct();

    /// <summary>The summands: a product of named sizes, and how often it counts.</summary>
    public IEnumerable<(ImmutableArray<Symbol> Factors, long Count)> Summands =>
        terms.Values.Select(term => (term.Factors, term.Count));

    /// <summary>A size that is fixed.</summary>
    public static Dimension Number(long number) => FromTerms([new Term([], number)])!;

    /// <summary>A size that has a name.</summary>
    public static Dimension Named(Symbol symbol) => FromTerms([new Term([symbol], 1)])!;

    /// <summary>The sum, when both are known.</summary>
    public static Dimension? operator +(Dimension? left, Dimension? right) =>
        left is null || right is null ? null : FromTerms(left.terms.Values.Concat(right.terms.Values));

    /// <summary>The difference, when both are known.</summary>
    public static Dimension? operator -(Dimension? left, Dimension? right) => left + (right * Number(-1));

    /// <summary>The product, when both are known.</summary>
    public static Dimension? operator *(Dimension? left, Dimension? right) =>
        left is null || right is null
            ? null
            : FromTerms(
                from a in left.terms.Values
                from b in right.terms.Values
                select new Term(a.Factors.AddRange(b.Factors), a.Count * b.Count));

    /// <summary>
    /// The quotient of whole numbers. Where it does not come out even for all sizes it is a name of its own,
    /// equal only to the same quotient.
    /// </summary>
    public static Dimension? operator /(Dimension? left, Dimension? right)
    {
        if (left is null || right is null || right.AsNumber == 0)
        {
            return null;
        }

        if (left.AsNumber is { } dividend && right.AsNumber is { } divisor)
        {
            return Number(dividend / divisor);
        }

        return right.terms.Count == 1 && left.DivideEvenly(right.terms.Values.Single()) is { } quotient
            ? quotient
            : Named(new Symbol($"⌊{left.InProduct()} / {right.InProduct()}⌋", isDeclared: false));
    }

    /// <summary>Replaces every name at once; unknown when one of them has no replacement.</summary>
    public Dimension? Substitute(Func<Symbol, Dimension?> replacement)
    {
        Dimension? sum = Number(0);
        foreach (var term in terms.Values)
        {
            sum += term.Factors.Aggregate<Symbol, Dimension?>(Number(term.Count), (product, factor) => product * replacement(factor));
        }

        return sum;
    }

    /// <summary>The text for a place where a sum would need parentheses.</summary>
    public string InProduct() => terms.Count > 1 ? $"({this})" : ToString();

    /// <inheritdoc />
    public bool Equals(Dimension? other) => other is not null && (ReferenceEquals(this, other) || text.Value == other.text.Value);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Dimension);

    /// <inheritdoc />
    public override int GetHashCode() => text.Value.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => text.Value;

    private string Write()
    {
        if (terms.Count == 0)
        {
            return "0";
        }

        // Positive summands first and plain numbers last, as one would write it.
        var ordered = terms.Values.OrderBy(term => term.Count < 0).ThenBy(term => term.Factors.IsEmpty);
        var text = string.Concat(ordered.Select(term => (term.Count < 0 ? " - " : " + ") + term));
        return text.StartsWith(" - ", StringComparison.Ordinal) ? "-" + text.Substring(3) : text.Substring(3);
    }

    private static Dimension? FromTerms(IEnumerable<Term> summands)
    {
        var terms = summands
            .GroupBy(term => term.Key)
            .Select(group => new Term(group.First().Factors, group.Sum(term => term.Count)))
            .Where(term => term.Count != 0)
            .ToImmutableSortedDictionary(term => term.Key, term => term, StringComparer.Ordinal);
        return terms.Count > MostTerms || terms.Values.Any(term => term.Factors.Length > HighestDegree)
            ? null
            : new Dimension(terms);
    }

    private Dimension? DivideEvenly(Term divisor)
    {
        var quotients = new List<Term>();
        foreach (var term in terms.Values)
        {
            var factors = divisor.Factors.Aggregate(term.Factors, (rest, factor) => rest.Remove(factor));
            if (factors.Length != term.Factors.Length - divisor.Factors.Length || term.Count % divisor.Count != 0)
            {
                return null;
            }

            quotients.Add(new Term(factors, term.Count / divisor.Count));
        }

        return FromTerms(quotients);
    }

    private sealed class Term
    {
        public Term(ImmutableArray<Symbol> factors, long count)
        {
            Factors = factors.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            Count = count;
            Key = string.Join("·", Factors);
        }

        public ImmutableArray<Symbol> Factors { get; }

        public long Count { get; }

        public string Key { get; }

        public override string ToString()
        {
            var size = Math.Abs(Count).ToString(CultureInfo.InvariantCulture);
            return Factors.IsEmpty ? size : Math.Abs(Count) == 1 ? Key : $"{size}·{Key}";
        }
    }
}
