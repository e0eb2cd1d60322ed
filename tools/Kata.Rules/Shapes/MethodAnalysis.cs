using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>
/// Follows one method from its parameters to its results, and what it calls in the same file with it. Methods with
/// declared shapes are taken at their word, others are followed with what is known about the arguments.
/// </summary>
/// <param name="answer">The file.</param>
/// <param name="uses">What the file does to its variables out of order.</param>
/// <param name="misfits">Where misfits go.</param>
internal sealed class MethodAnalysis(AnswerFile answer, VariableUses uses, Misfits misfits)
{
    private const int DeepestCall = 5;
    private const int MostSteps = 100_000;

    private readonly Stack<IMethodSymbol> followed = new();
    private int steps;

    /// <summary>The types that decide what an operation is.</summary>
    public KnownTypes Types => answer.Types;

    /// <summary>What the file does to its variables out of order.</summary>
    public VariableUses Uses => uses;

    /// <summary>Where misfits go.</summary>
    public Misfits Misfits => misfits;

    /// <summary>Whether the method was followed to its end, rather than given up as too large.</summary>
    public bool IsComplete => steps < MostSteps;

    /// <summary>Counts a step; false when it is time to give up.</summary>
    public bool Continues() => ++steps < MostSteps;

    /// <summary>Follows the method and compares what it returns with what it declares.</summary>
    public void Check(IMethodSymbol method, IOperation body)
    {
        if (GraphOf(body) is not { } graph)
        {
            return;
        }

        var declared = DeclaredShapes.Of(method, Types);
        var entry = method.Parameters.Aggregate(State.Empty, (state, parameter) => state.Write(parameter, declared.AtEntry(parameter, Types)));
        misfits.IsFinal = true;
        followed.Push(method);
        var outcome = new FlowAnalysis(this, graph, method).Run(entry);
        if (declared.Result is not null)
        {
            foreach (var (result, facts) in outcome.Returned)
            {
                CheckResult(result, declared.Result, new Judge(facts, misfits));
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
            return (new Contract(definition, declared, new Judge(state.Facts, misfits), misfits).Result(arguments, call), state.Facts);
        }

        var graph = body ?? (answer.BodyOf(definition) is { } operations && !definition.IsAsync ? GraphOf(operations) : null);
        if (graph is null || followed.Count > DeepestCall || followed.Contains(definition, SymbolEqualityComparer.Default))
        {
            return (Value.Unknown, state.Facts);
        }

        var entry = state.WithoutCaptures();
        foreach (var parameter in definition.Parameters)
        {
            entry = entry.Write(parameter, parameter.Ordinal < arguments.Length ? arguments[parameter.Ordinal].Value : Value.Unknown);
        }

        followed.Push(definition);
        var outcome = new FlowAnalysis(this, graph, definition).Run(entry);
        followed.Pop();
        return (outcome.Result, outcome.Facts ?? state.Facts);
    }

    private void CheckResult(Operand result, Value declared, Judge judge)
    {
        if (!judge.Contradicts(declared, result.Value))
        {
            return;
        }

        var transposed = result.Shape is { Rank: 2 } shape && declared is Shaped { Rank: 2 } expected && judge.Same(shape.Transposed, expected);
        misfits.Result(result, declared, transposed ? Misfits.Transposed(result) : null);
    }

    private ControlFlowGraph? GraphOf(IOperation body) => body switch
    {
        IMethodBodyOperation method => ControlFlowGraph.Create(method),
        IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor),
        _ => null,
    };
}
