using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>
/// What is known of a value at a place of the program: the traits that it has on every path, and those that it may
/// have on one. A rule needs the first to speak and the absence of the second to be sure.
/// </summary>
internal sealed record AbstractValue
{
    /// <summary>Nothing is known: it may be anything.</summary>
    public static readonly AbstractValue Unknown = new() { May = Trait.All };

    /// <summary>A number that is none of the things that traits are about, for example an index.</summary>
    public static readonly AbstractValue Plain = new();

    /// <summary>Zero, minus infinity, entries not written yet: joined with another value, it leaves that value as it is.</summary>
    public static readonly AbstractValue Neutral = new() { IsNeutral = true };

    /// <summary>Traits on every path.</summary>
    public Trait Must { get; init; }

    /// <summary>Traits on some path; contains <see cref="Must"/>.</summary>
    public Trait May { get; init; }

    /// <summary>See <see cref="Neutral"/>.</summary>
    public bool IsNeutral { get; init; }

    /// <summary>Where traits came from.</summary>
    public ImmutableHashSet<Origin> Origins { get; init; } = [];

    /// <summary>The variables that index the rows and the columns of the matrix that the number is an entry of.</summary>
    public (ISymbol? Row, ISymbol? Column) Indices { get; init; }

    /// <summary>For a lambda or method group: what is called.</summary>
    public IOperation? Function { get; init; }

    /// <summary>Whether it is <see cref="Plain"/> for sure.</summary>
    public bool IsPlain => !IsNeutral && May == Trait.None;

    /// <summary>A value that has a trait for sure.</summary>
    public static AbstractValue Of(Trait trait) => new() { Must = trait, May = trait };

    /// <summary>Whether it has all these traits for sure.</summary>
    public bool Is(Trait traits) => !IsNeutral && (Must & traits) == traits;

    /// <summary>Whether it has one of these traits for sure.</summary>
    public bool IsAny(Trait traits) => !IsNeutral && (Must & traits) != 0;

    /// <summary>Whether it may have one of these traits.</summary>
    public bool MayBe(Trait traits) => (May & traits) != 0;

    /// <summary>The value when it is this on one path and that on another.</summary>
    public AbstractValue Join(AbstractValue other)
    {
        if (IsNeutral || other.IsNeutral)
        {
            var known = IsNeutral ? other : this;
            return known with { May = May | other.May };
        }

        return new AbstractValue
        {
            Must = Must & other.Must,
            May = May | other.May,
            Origins = Origins.Union(other.Origins),
            Indices = Indices == other.Indices ? Indices : default,
            Function = Function == other.Function ? Function : null,
        };
    }

    /// <summary>With one more trait.</summary>
    public AbstractValue With(Trait trait) => this with { Must = Must | trait, May = May | trait, IsNeutral = false };

    /// <summary>With one more trait, from here.</summary>
    public AbstractValue With(Trait trait, IOperation origin) => With(trait) with { Origins = Origins.Add(new Origin(trait, origin)) };

    /// <summary>With traits that it may have.</summary>
    public AbstractValue Perhaps(Trait traits) => this with { May = May | traits };

    /// <summary>Without some traits.</summary>
    public AbstractValue Without(Trait traits) => this with
    {
        Must = Must & ~traits,
        May = May & ~traits,
        Origins = Origins.Except(Origins.Where(origin => (origin.Trait & traits) != 0)),
    };

    /// <summary>Only some traits of it; what it may be stays.</summary>
    public AbstractValue Only(Trait traits) => this with
    {
        Must = Must & traits,
        IsNeutral = false,
        Function = null,
        Origins = Origins.Except(Origins.Where(origin => (origin.Trait & traits) == 0)),
    };

    /// <summary>The operations that gave a trait.</summary>
    public IEnumerable<IOperation> OriginsOf(Trait trait) =>
        Origins.Where(origin => origin.Trait == trait).Select(origin => origin.Operation);

    /// <summary>Whether nothing more is known of the other value; a fixpoint is reached when this holds both ways.</summary>
    public bool SameAs(AbstractValue other) =>
        Must == other.Must && May == other.May && IsNeutral == other.IsNeutral && Function == other.Function
        && Indices == other.Indices && Origins.SetEquals(other.Origins);
}
