using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kata.Rules.Shapes;

/// <summary>What following a function to its end came to.</summary>
/// <param name="Result">What is known about the value that it returns.</param>
/// <param name="Facts">What is known when it returned; null when it never does.</param>
/// <param name="Returned">Each value that is returned, with what is known there.</param>
internal sealed record Outcome(Value Result, Facts? Facts, ImmutableArray<(Operand Result, Facts Facts)> Returned);

/// <summary>Follows the control flow of a function until nothing new is learnt, then reports.</summary>
/// <param name="analysis">The analysis it belongs to.</param>
/// <param name="graph">The control flow.</param>
/// <param name="function">The function.</param>
internal sealed class FlowAnalysis(ShapeAnalysis analysis, ControlFlowGraph graph, IMethodSymbol function)
{
    private readonly State?[] states = new State?[graph.Blocks.Length];
    private readonly List<(Operand Result, Facts Facts)> returned = [];
    private readonly List<Value> yielded = [];
    private Facts? atExit;

    /// <summary>Follows the function from what is known where it begins.</summary>
    public Outcome Run(State entry)
    {
        var isFinal = analysis.Misfits.IsFinal;
        analysis.Misfits.IsFinal = false;
        FindStates(entry);
        analysis.Misfits.IsFinal = isFinal;
        foreach (var block in graph.Blocks)
        {
            if (states[block.Ordinal] is { } state)
            {
                Leave(block, state);
            }
        }

        var result = yielded.Count > 0 ? new Sequence(null, Joined(yielded)) : Joined([.. returned.Select(value => value.Result.Value)]);
        return new Outcome(result, atExit, [.. returned]);
    }

    private static Value Joined(List<Value> values) => values.Count == 0 ? Value.Unknown : values.Aggregate(Value.Join);

    private void FindStates(State entry)
    {
        states[0] = entry;
        var pending = new SortedSet<int> { 0 };
        foreach (var region in Regions(graph.Root).Where(region => region.Kind is
            ControlFlowRegionKind.Catch or ControlFlowRegionKind.Filter or ControlFlowRegionKind.FilterAndHandler or ControlFlowRegionKind.Finally))
        {
            states[region.FirstBlockOrdinal] = entry.WithoutVariables();
            pending.Add(region.FirstBlockOrdinal);
        }

        while (pending.Count > 0 && analysis.Continues())
        {
            var block = graph.Blocks[pending.Min];
            pending.Remove(block.Ordinal);
            foreach (var (next, state) in Successors(block, states[block.Ordinal]!))
            {
                var joined = states[next.Ordinal] is { } known ? State.Join(known, state) : state;
                if (!joined.Equals(states[next.Ordinal]))
                {
                    states[next.Ordinal] = joined;
                    pending.Add(next.Ordinal);
                }
            }
        }
    }

    private static IEnumerable<ControlFlowRegion> Regions(ControlFlowRegion root) => root.NestedRegions.SelectMany(Regions).Prepend(root);

    private Evaluator Enter(BasicBlock block, State state)
    {
        var evaluator = new Evaluator(analysis, graph, function, state);
        foreach (var operation in block.Operations)
        {
            evaluator.Evaluate(operation);
        }

        return evaluator;
    }

    private IEnumerable<(BasicBlock Next, State State)> Successors(BasicBlock block, State state)
    {
        var evaluator = Enter(block, state);
        var (taken, notTaken) = Branches(block, evaluator);
        if (block.ConditionalSuccessor?.Destination is { } conditional && taken is not null)
        {
            yield return (conditional, evaluator.State.With(taken));
        }

        if (block.FallThroughSuccessor is { Semantics: ControlFlowBranchSemantics.Regular, Destination: { } next } && notTaken is not null)
        {
            yield return (next, evaluator.State.With(notTaken));
        }
    }

    private static (Facts? Taken, Facts? NotTaken) Branches(BasicBlock block, Evaluator evaluator)
    {
        if (block.ConditionKind == ControlFlowConditionKind.None || block.BranchValue is null)
        {
            return (null, evaluator.State.Facts);
        }

        var (whenTrue, whenFalse) = evaluator.Decide(block.BranchValue);
        return block.ConditionKind == ControlFlowConditionKind.WhenTrue ? (whenTrue, whenFalse) : (whenFalse, whenTrue);
    }

    private void Leave(BasicBlock block, State state)
    {
        if (block.Kind == BasicBlockKind.Exit)
        {
            AtExit(state.Facts);
            return;
        }

        var evaluator = Enter(block, state);
        yielded.AddRange(evaluator.Yielded);
        if (block.ConditionKind != ControlFlowConditionKind.None)
        {
            Branches(block, evaluator);
        }
        else if (block.BranchValue is { } value)
        {
            var result = new Operand(value, evaluator.Evaluate(value));
            if (block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return)
            {
                returned.Add((result, evaluator.State.Facts));
                AtExit(evaluator.State.Facts);
            }
        }
    }

    private void AtExit(Facts facts) => atExit = atExit is null ? facts : Facts.Join(atExit, facts);
}
