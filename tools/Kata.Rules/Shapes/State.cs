using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>What is known at a point of the program. A variable that is not in it is not known.</summary>
internal sealed class State : IEquatable<State>
{
    /// <summary>Nothing is known.</summary>
    public static readonly State Empty = new(
        ImmutableDictionary.Create<ISymbol, Value>(SymbolEqualityComparer.Default),
        ImmutableDictionary<CaptureId, Captured>.Empty,
        Facts.None);

    private readonly ImmutableDictionary<ISymbol, Value> variables;
    private readonly ImmutableDictionary<CaptureId, Captured> captures;

    private State(ImmutableDictionary<ISymbol, Value> variables, ImmutableDictionary<CaptureId, Captured> captures, Facts facts)
    {
        this.variables = variables;
        this.captures = captures;
        Facts = facts;
    }

    /// <summary>What is known about the sizes.</summary>
    public Facts Facts { get; }

    /// <summary>What is known about a local variable or a parameter.</summary>
    public Value Read(ISymbol variable) => variables.TryGetValue(variable, out var value) ? value : Value.Unknown;

    /// <summary>What the compiler set aside while it evaluates an expression with branches.</summary>
    public Captured Read(CaptureId capture) => captures.TryGetValue(capture, out var captured) ? captured : Captured.Unknown;

    /// <summary>The state after an assignment.</summary>
    public State Write(ISymbol variable, Value value) =>
        new(value == Value.Unknown ? variables.Remove(variable) : variables.SetItem(variable, value), captures, Facts);

    /// <summary>The state after setting a value aside.</summary>
    public State Write(CaptureId capture, Captured captured) => new(variables, captures.SetItem(capture, captured), Facts);

    /// <summary>The same variables with other facts.</summary>
    public State With(Facts facts) => new(variables, captures, facts);

    /// <summary>Where a nested function begins: what the compiler sets aside is its own.</summary>
    public State WithoutCaptures() => new(variables, captures.Clear(), Facts);

    /// <summary>Where another method begins, or a handler: anything may have been assigned before the exception.</summary>
    public State WithoutVariables() => new(variables.Clear(), captures.Clear(), Facts);

    /// <summary>What is known where two paths meet.</summary>
    public static State Join(State left, State right) =>
        new(
            Common(left.variables, right.variables, Value.Join),
            Common(left.captures, right.captures, Captured.Join),
            Facts.Join(left.Facts, right.Facts));

    /// <inheritdoc />
    public bool Equals(State? other) =>
        other is not null
        && Facts.Equals(other.Facts)
        && SameEntries(variables, other.variables)
        && SameEntries(captures, other.captures);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as State);

    /// <inheritdoc />
    public override int GetHashCode() => (variables.Count * 31) + captures.Count;

    private static ImmutableDictionary<TKey, TValue> Common<TKey, TValue>(
        ImmutableDictionary<TKey, TValue> left, ImmutableDictionary<TKey, TValue> right, Func<TValue, TValue, TValue> join)
        where TKey : notnull
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        var common = left.Clear().ToBuilder();
        foreach (var entry in left)
        {
            if (right.TryGetValue(entry.Key, out var other))
            {
                common.Add(entry.Key, join(entry.Value, other));
            }
        }

        return common.ToImmutable();
    }

    private static bool SameEntries<TKey, TValue>(ImmutableDictionary<TKey, TValue> left, ImmutableDictionary<TKey, TValue> right)
        where TKey : notnull =>
        ReferenceEquals(left, right)
        || (left.Count == right.Count
        && left.All(entry => right.TryGetValue(entry.Key, out var other) && Equals(entry.Value, other)));

    /// <summary>A value set aside, and the variable it stands for where that is about to be assigned.</summary>
    /// <param name="value">The value.</param>
    /// <param name="variable">The variable, where the expression is one.</param>
    public sealed class Captured(Value value, ISymbol? variable) : IEquatable<Captured>
    {
        /// <summary>Nothing is known.</summary>
        public static readonly Captured Unknown = new(Value.Unknown, null);

        /// <summary>The value.</summary>
        public Value Value { get; } = value;

        /// <summary>The variable, where the expression is one.</summary>
        public ISymbol? Variable { get; } = variable;

        /// <summary>What is known where two paths meet.</summary>
        public static Captured Join(Captured left, Captured right) =>
            new(Value.Join(left.Value, right.Value), SymbolEqualityComparer.Default.Equals(left.Variable, right.Variable) ? left.Variable : null);

        /// <inheritdoc />
        public bool Equals(Captured? other) =>
            other is not null && Value.Equals(other.Value) && SymbolEqualityComparer.Default.Equals(Variable, other.Variable);

        /// <inheritdoc />
        public override bool Equals(object? obj) => Equals(obj as Captured);

        /// <inheritdoc />
        public override int GetHashCode() => Value.GetHashCode();
    }
}
