using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Statements: how control moves.</content>
internal sealed partial class Interpreter
{
    private const int MostPasses = 4;

    private void Execute(IOperation? statement)
    {
        if (statement is null || state is null || IsExhausted())
        {
            return;
        }

        switch (statement)
        {
            case IMethodBodyOperation body:
                Execute((IOperation?)body.BlockBody ?? body.ExpressionBody);
                break;
            case IConstructorBodyOperation body:
                Execute((IOperation?)body.BlockBody ?? body.ExpressionBody);
                break;
            case IReturnOperation { ReturnedValue: { } returned } exit:
                var value = Evaluate(returned);
                if (exit.Kind == OperationKind.YieldReturn)
                {
                    frames.Peek().Return(value, null);
                }
                else
                {
                    Leave(value);
                }

                break;
            case IReturnOperation { Kind: OperationKind.Return }:
                Leave(AbstractValue.Plain);
                break;
            case IThrowOperation thrown:
                Evaluate(thrown.Exception);
                state = null;
                break;
            case IBranchOperation branch:
                Jump(branch);
                break;
            case IConditionalOperation conditional when conditional.Type is null:
                Branch(
                    Evaluate(conditional.Condition).Is(Trait.Mask),
                    () => Execute(conditional.WhenTrue),
                    () => Execute(conditional.WhenFalse));
                break;
            case ILoopOperation loop:
                Loop(loop);
                break;
            case ISwitchOperation choice:
                Switch(choice);
                break;
            case IExpressionStatementOperation expression:
                Evaluate(expression.Operation);
                break;
            case IVariableDeclaratorOperation declarator:
                Declare(declarator);
                break;
            case ILocalFunctionOperation:
                break;
            case ITryOperation attempt:
                Try(attempt);
                break;
            case IBlockOperation or IVariableDeclarationGroupOperation or IVariableDeclarationOperation or ILabeledOperation
                or IUsingOperation or IUsingDeclarationOperation or ILockOperation:
                foreach (var child in statement.ChildOperations)
                {
                    Execute(child);
                }

                break;
            default:
                Evaluate(statement);
                break;
        }
    }

    private void Leave(AbstractValue value)
    {
        frames.Peek().Return(value, state);
        state = null;
    }

    private void Jump(IBranchOperation branch)
    {
        if (jumps.Count > 0 && branch.BranchKind == BranchKind.Break)
        {
            jumps.Peek().AfterBreak = State.Join(jumps.Peek().AfterBreak, state);
        }
        else if (jumps.Count > 0 && branch.BranchKind == BranchKind.Continue)
        {
            // A switch has no continue of its own: its jumps belong to the loop around it.
            var loop = jumps.Peek();
            loop.AfterContinue = State.Join(loop.AfterContinue, state);
        }
        else
        {
            steps = MostSteps;
        }

        state = null;
    }

    private void Branch(bool byMask, Action first, Action second)
    {
        var before = state;
        var wasUnderMask = before?.IsUnderMask ?? false;
        state = before is null ? null : before with { IsUnderMask = wasUnderMask || byMask };
        var entry = state;
        first();
        var afterFirst = state;
        state = entry;
        second();
        var rejoins = afterFirst is not null && state is not null;
        state = State.Join(afterFirst, state);
        if (state is not null && rejoins)
        {
            state = state with { IsUnderMask = wasUnderMask };
        }
    }

    private void Switch(ISwitchOperation choice)
    {
        Evaluate(choice.Value);
        var before = state;
        var exits = new Jumps { AfterBreak = choice.Cases.Any(section => section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation)) ? null : before };
        jumps.Push(exits);
        foreach (var section in choice.Cases)
        {
            state = before;
            foreach (var statement in section.Body)
            {
                Execute(statement);
            }
        }

        jumps.Pop();
        if (exits.AfterContinue is not null && jumps.Count > 0)
        {
            jumps.Peek().AfterContinue = State.Join(jumps.Peek().AfterContinue, exits.AfterContinue);
        }

        state = exits.AfterBreak;
    }

    private void Try(ITryOperation attempt)
    {
        var before = state;
        Execute(attempt.Body);
        var after = state;
        foreach (var handler in attempt.Catches)
        {
            state = State.Join(before, after);
            Execute(handler.Handler);
            after = State.Join(after, state);
        }

        state = after;
        Execute(attempt.Finally);
    }

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
        entries.Aggregate(merged, (state, entry2) => state.Take(entry2.Variable, entry));

    /// <summary>A loop that keeps learning is not understood: what still changed may be anything.</summary>
    private static State Forget(State before, State after) =>
        after.Values.Where(pair => !before[pair.Key].SameAs(pair.Value))
            .Aggregate(after, (state, pair) => state.Replace(pair.Key, AbstractValue.Unknown));
}
