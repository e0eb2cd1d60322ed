using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Loops: run until nothing new is learned.</content>
internal sealed partial class Interpreter
{
    private const int MostPasses = 4;

    private void Loop(ILoopOperation loop)
    {
        switch (loop)
        {
            case IForLoopOperation counted:
                foreach (var before in counted.Before)
                {
                    Execute(before);
                }

                Repeat(
                    counted.Locals,
                    loop.Body,
                    () =>
                    {
                        Evaluate(counted.Condition);
                        state = state is null || RunsOverAll(counted) ? state : state with { IsUnderMask = true };
                        Execute(loop.Body);
                    },
                    () =>
                    {
                        foreach (var step in counted.AtLoopBottom)
                        {
                            Execute(step);
                        }
                    });
                break;
            case IForEachLoopOperation each:
                var element = Evaluate(each.Collection);
                var whole = RootOf(each.Collection);
                Repeat(
                    each.Locals,
                    loop.Body,
                    () =>
                    {
                        foreach (var local in each.Locals)
                        {
                            state = state?.Set(local, each.Locals.Length == 1 ? element : Default(local.Type), loopVariables);
                            state = whole is null ? state : state?.Alias(local, whole, isPart: true);
                        }

                        Execute(loop.Body);
                    },
                    () => { });
                break;
            case IWhileLoopOperation endless:
                Repeat(
                    [],
                    loop.Body,
                    () =>
                    {
                        Evaluate(endless.Condition);
                        Execute(loop.Body);
                    },
                    () => { });
                break;
        }
    }

    /// <summary>Whether a loop runs from 0 to a size; one with other bounds leaves some entries out, as a mask does.</summary>
    private bool RunsOverAll(IForLoopOperation loop)
    {
        var startsAtZero = loop.Before.SelectMany(before => before.DescendantsAndSelf()).OfType<IVariableInitializerOperation>()
            .All(initializer => initializer.Value.ConstantValue is { HasValue: true, Value: 0 });
        return startsAtZero && loop.Condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan } bound
            && (bound.RightOperand.ConstantValue.HasValue || Evaluate(bound.RightOperand).Is(Trait.Dimension));
    }

    /// <summary>
    /// Runs a loop until nothing new is learned, then once more to record. An object of which each pass only
    /// touches its own entry is not mixed with its entries of other passes.
    /// </summary>
    private void Repeat(ImmutableArray<ILocalSymbol> variables, IOperation body, Action pass, Action next)
    {
        var entry = state;
        if (entry is null)
        {
            return;
        }

        var outerVariables = loopVariables;
        var outerEntrywise = entrywise;
        var wasRecording = arithmetic.Recording;
        loopVariables = loopVariables.Union(variables);
        var own = Entrywise.In(body, variables, answer);
        entrywise = entrywise.Union(own);
        arithmetic.Recording = false;

        var start = entry;
        for (var count = 0; ; count++)
        {
            var merged = Keep(entry, own, State.Join(entry, Once(start, pass, next).Continued)!);
            if (merged.SameAs(start))
            {
                break;
            }

            start = count < MostPasses ? merged : Forget(start, merged);
            if (count > MostPasses)
            {
                break;
            }
        }

        arithmetic.Recording = wasRecording;
        var (continued, broken) = Once(start, pass, next);
        loopVariables = outerVariables;
        entrywise = outerEntrywise;
        var exit = State.Join(continued, broken);
        state = exit is null ? entry : own.Aggregate(State.Join(entry, exit)!, (joined, entries) => joined.Take(entries.Variable, exit))
            with { IsUnderMask = entry.IsUnderMask };
    }

    private (State? Continued, State? Broken) Once(State start, Action pass, Action next)
    {
        var exits = new Jumps();
        jumps.Push(exits);
        state = start;
        pass();
        jumps.Pop();
        state = State.Join(state, exits.AfterContinue);
        next();
        var continued = state is null ? null : state with { IsUnderMask = start.IsUnderMask };
        return (continued, exits.AfterBreak);
    }

    private static State Keep(State entry, ImmutableHashSet<(ISymbol Variable, ISymbol Index)> entries, State merged) =>
        entries.Aggregate(merged, (state, own) => state.Take(own.Variable, entry));

    /// <summary>A loop that keeps learning is not understood: what still changed may be anything.</summary>
    private static State Forget(State before, State after) =>
        after.Values.Where(pair => !before[pair.Key].SameAs(pair.Value))
            .Aggregate(after, (state, pair) => state.Replace(pair.Key, AbstractValue.Unknown));
}
