using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Statements: how control moves.</content>
internal sealed partial class Interpreter
{
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
}
