using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>
/// Follows the methods of a file from their parameters to their results, and what they call in the file with them.
/// Methods with declared shapes are taken at their word, others are followed with what is known about the arguments.
/// </summary>
/// <param name="answer">The file.</param>
internal sealed class ShapeAnalysis(AnswerFile answer)
{
    private const int DeepestCall = 5;
    private const int MostSteps = 300_000;

    private readonly Stack<IMethodSymbol> followed = new();
    private readonly Dictionary<ISymbol, List<(State Entry, bool IsFinal, Outcome Outcome)>> outcomes = new(SymbolEqualityComparer.Default);
    private int steps;

    /// <summary>The types that decide what an operation is.</summary>
    public KnownTypes Types => answer.Types;

    /// <summary>What the file does to its variables out of order.</summary>
    public VariableUses Uses { get; } = VariableUses.In(answer);

    /// <summary>What was found so far.</summary>
    public Misfits Misfits { get; } = new();

    /// <summary>Counts a step. False when it is time to give up: from then on nothing is known, and nothing found.</summary>
    public bool Continues() => ++steps < MostSteps;

    /// <summary>Follows every method once: those with declared shapes, then those that none of them calls.</summary>
    public void Run()
    {
        foreach (var member in answer.Members.OrderBy(member => !DeclaredShapes.Of(member.Method, Types).Any))
        {
            if (!outcomes.ContainsKey(member.Method) && GraphOf(member.Body) is { } graph)
            {
                Follow(member.Method, graph);
            }
        }
    }

    /// <summary>Whether a method is one of the file itself.</summary>
    public bool Answers(IMethodSymbol method) =>
        method.OriginalDefinition.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == answer.Model.SyntaxTree);

    /// <summary>What a function of the file returns, and what is known after it returned.</summary>
    /// <param name="method">The function.</param>
    /// <param name="body">Its control flow, for lambdas and local functions.</param>
    /// <param name="arguments">In the order of the parameters; those that are missing are not known.</param>
    /// <param name="call">Where it is called.</param>
    /// <param name="state">What is known where it is called.</param>
    public (Value Result, Facts Facts) Follow(
        IMethodSymbol method, ControlFlowGraph? body, ImmutableArray<Operand> arguments, IOperation call, State state)
    {
        var definition = method.OriginalDefinition;
        var declared = DeclaredShapes.Of(definition, Types);
        if (declared.Any)
        {
            return (new Contract(definition, declared, new Judge(state.Facts, Misfits), Misfits).Result(arguments, call), state.Facts);
        }

        // A recursive call could be followed for ever, and tells nothing new.
        var graph = body ?? (answer.BodyOf(definition) is { } operations && !definition.IsAsync ? GraphOf(operations) : null);
        if (graph is null || followed.Count > DeepestCall || followed.Contains(definition, SymbolEqualityComparer.Default))
        {
            return (Value.Unknown, state.Facts);
        }

        // What is known of the caller's variables matters only to functions that can read them.
        var isNested = body is not null || arguments.Any(argument => argument.Value.HasFunction);
        var entry = isNested ? state.WithoutCaptures() : state.WithoutVariables();
        foreach (var parameter in definition.Parameters)
        {
            entry = entry.Write(parameter, parameter.Ordinal < arguments.Length ? arguments[parameter.Ordinal].Value : Value.Unknown);
        }

        var outcome = Run(definition, graph, entry);
        return (outcome.Result, outcome.Facts ?? state.Facts);
    }

    /// <summary>Follows a method from what it declares and compares what it returns with that.</summary>
    private void Follow(IMethodSymbol method, ControlFlowGraph graph)
    {
        var declared = DeclaredShapes.Of(method, Types);
        var entry = method.Parameters.Aggregate(State.Empty, (state, parameter) => state.Write(parameter, declared.AtEntry(parameter, Types)));
        Misfits.IsFinal = true;
        var outcome = Run(method, graph, entry);
        if (declared.Result is not null)
        {
            foreach (var (result, facts) in outcome.Returned)
            {
                CheckResult(result, declared.Result, new Judge(facts, Misfits));
            }
        }
    }

    private Outcome Run(IMethodSymbol method, ControlFlowGraph graph, State entry)
    {
        // Loops around a call would otherwise follow it again and again, and the calls in it with it.
        if (!outcomes.TryGetValue(method, out var known))
        {
            outcomes[method] = known = [];
        }

        var before = known.FirstOrDefault(call => call.IsFinal == Misfits.IsFinal && call.Entry.Equals(entry)).Outcome;
        if (before is not null)
        {
            return before;
        }

        followed.Push(method);
        var outcome = new FlowAnalysis(this, graph, method).Run(entry);
        followed.Pop();
        known.Add((entry, Misfits.IsFinal, outcome));
        return outcome;
    }

    private void CheckResult(Operand result, Value declared, Judge judge)
    {
        if (!judge.Contradicts(declared, result.Value))
        {
            return;
        }

        var transposed = result.Shape is { Rank: 2 } shape && declared is Shaped { Rank: 2 } expected && judge.Same(shape.Transposed, expected);
        Misfits.Result(result, declared, transposed ? Misfits.Transposed(result) : null);
    }

    private ControlFlowGraph? GraphOf(IOperation body) => body switch
    {
        IMethodBodyOperation method => ControlFlowGraph.Create(method),
        IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor),
        _ => null,
    };
}
