using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>What is known of all variables at a place of the program.</summary>
internal sealed record State
{
    /// <summary>Before the first statement.</summary>
    public static readonly State Empty = new();

    /// <summary>Locals and parameters.</summary>
    public ImmutableDictionary<ISymbol, AbstractValue> Values { get; private init; } =
        ImmutableDictionary.Create<ISymbol, AbstractValue>(SymbolEqualityComparer.Default);

    /// <summary>Whether this place is only reached where a mask says so.</summary>
    public bool IsUnderMask { get; init; }

    /// <summary>Variables that refer to another variable's object, or to a part of it.</summary>
    private ImmutableDictionary<ISymbol, (ISymbol Whole, bool IsPart)> Aliases { get; init; } =
        ImmutableDictionary.Create<ISymbol, (ISymbol, bool)>(SymbolEqualityComparer.Default);

    /// <summary>For each variable the loop variables that were running when it was last set.</summary>
    private ImmutableDictionary<ISymbol, ImmutableHashSet<ISymbol>> SetIn { get; init; } =
        ImmutableDictionary.Create<ISymbol, ImmutableHashSet<ISymbol>>(SymbolEqualityComparer.Default);

    /// <summary>What a variable holds.</summary>
    public AbstractValue this[ISymbol variable] => Values.TryGetValue(variable, out var value) ? value : AbstractValue.Unknown;

    /// <summary>After a variable was set.</summary>
    public State Set(ISymbol variable, AbstractValue value, ImmutableHashSet<ISymbol> loopVariables) => this with
    {
        Values = Values.SetItem(variable, value),
        Aliases = Aliases.Remove(variable),
        SetIn = SetIn.SetItem(variable, loopVariables),
    };

    /// <summary>Takes a variable's value from another state.</summary>
    public State Take(ISymbol variable, State other) => this with { Values = Values.SetItem(variable, other[variable]) };

    /// <summary>After some entries of a variable's object were set.</summary>
    public State Store(ISymbol variable, AbstractValue value)
    {
        var state = this with { Values = Values.SetItem(variable, this[variable].Join(value)) };
        return Aliases.TryGetValue(variable, out var alias) ? state.Store(alias.Whole, value) : state;
    }

    /// <summary>After all entries of a variable's object were replaced.</summary>
    public State Replace(ISymbol variable, AbstractValue value)
    {
        var state = this with { Values = Values.SetItem(variable, value) };
        return !Aliases.TryGetValue(variable, out var alias) ? state
            : alias.IsPart ? state.Store(alias.Whole, value)
            : state.Replace(alias.Whole, value);
    }

    /// <summary>After a variable was made to refer to another's object, or to a part of it.</summary>
    public State Alias(ISymbol variable, ISymbol whole, bool isPart) =>
        RefersTo(whole, variable) ? this : this with { Aliases = Aliases.SetItem(variable, (whole, isPart)) };

    /// <summary>The loop variables that have run since a variable was last set.</summary>
    public ImmutableHashSet<ISymbol> LoopsSince(ISymbol variable, ImmutableHashSet<ISymbol> running) =>
        SetIn.TryGetValue(variable, out var then) ? running.Except(then) : running.Clear();

    /// <summary>Where two paths meet; a path that cannot be is null.</summary>
    public static State? Join(State? first, State? second)
    {
        if (first is null || second is null)
        {
            return first ?? second;
        }

        var values = first.Values;
        foreach (var pair in second.Values)
        {
            values = values.SetItem(pair.Key, values.TryGetValue(pair.Key, out var mine) ? mine.Join(pair.Value) : pair.Value);
        }

        var setIn = first.SetIn;
        foreach (var pair in second.SetIn)
        {
            setIn = setIn.SetItem(pair.Key, setIn.TryGetValue(pair.Key, out var mine) ? mine.Union(pair.Value) : pair.Value);
        }

        var joined = first with { Values = values, SetIn = setIn, IsUnderMask = first.IsUnderMask || second.IsUnderMask };
        return second.Aliases.Aggregate(joined, (state, alias) => state.Alias(alias.Key, alias.Value.Whole, alias.Value.IsPart));
    }

    /// <summary>Whether both say the same of every variable.</summary>
    public bool SameAs(State other) =>
        Values.Count == other.Values.Count
        && Values.All(pair => other.Values.TryGetValue(pair.Key, out var value) && pair.Value.SameAs(value));

    private bool RefersTo(ISymbol variable, ISymbol whole)
    {
        for (ISymbol? next = variable; next is not null; next = Aliases.TryGetValue(next, out var alias) ? alias.Whole : null)
        {
            if (SymbolEqualityComparer.Default.Equals(next, whole))
            {
                return true;
            }
        }

        return false;
    }
}
