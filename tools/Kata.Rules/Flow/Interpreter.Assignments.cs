using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Assignments: what variables and entries hold afterwards.</content>
internal sealed partial class Interpreter
{
    private void Declare(IVariableDeclaratorOperation declarator)
    {
        if (declarator.GetVariableInitializer() is { } initializer)
        {
            Set(declarator.Symbol, initializer.Value, Evaluate(initializer.Value));
        }
        else
        {
            state = state?.Set(declarator.Symbol, AbstractValue.Neutral, loopVariables);
        }
    }

    private void Set(ISymbol variable, IOperation source, AbstractValue value)
    {
        state = state?.Set(variable, value, loopVariables);
        if (RootOf(source) is { } whole && source.Type is { } type && (!type.IsValueType || type.IsRefLikeType))
        {
            state = state?.Alias(variable, whole, isPart: IndexOf(source) is null);
        }
    }

    private AbstractValue Assign(ISimpleAssignmentOperation assignment)
    {
        var value = Evaluate(assignment.Value);
        if (assignment.Target is ILocalReferenceOperation or IParameterReferenceOperation)
        {
            Set(IndexOf(assignment.Target)!, assignment.Value, value);
        }
        else
        {
            Store(assignment.Target, value, assignment);
        }

        return value;
    }

    private AbstractValue Assign(ICompoundAssignmentOperation compound)
    {
        var added = Evaluate(compound.Value);
        var result = Operate(compound.OperatorKind, Evaluate(compound.Target), added, compound, compound.Target.Type, compound.Value.Type);
        if (result.Is(Trait.ExponentialSum) && SumsAColumn(compound.Target, added.Indices))
        {
            result = result.With(Trait.ColumnSum, compound);
        }

        if (state!.IsUnderMask && !result.IsNeutral)
        {
            result = result.Perhaps(Trait.Masked);
        }

        if (IndexOf(compound.Target) is { } variable)
        {
            // The variable was not set anew: the loops since its start still count.
            state = state?.Replace(variable, result);
        }
        else
        {
            Store(compound.Target, result, compound);
        }

        return result;
    }

    /// <summary>Whether entries of one column, from many rows, are added up.</summary>
    private bool SumsAColumn(IOperation target, (ISymbol? Row, ISymbol? Column) entry)
    {
        if (entry is not ({ } row, { } column))
        {
            return false;
        }

        if (IndexOf(target) is { } scalar)
        {
            var loops = state!.LoopsSince(scalar, loopVariables);
            return loops.Contains(row) && !loops.Contains(column);
        }

        return target is IArrayElementReferenceOperation { Indices.Length: 1 } element
            && SymbolEqualityComparer.Default.Equals(IndexOf(element.Indices[0]), column);
    }

    private AbstractValue Step(IIncrementOrDecrementOperation step)
    {
        var value = Evaluate(step.Target);
        return value.IsNeutral ? AbstractValue.Plain : value;
    }

    private AbstractValue Deconstruct(IDeconstructionAssignmentOperation deconstruction)
    {
        Evaluate(deconstruction.Value);
        foreach (var target in deconstruction.Target.DescendantsAndSelf())
        {
            if (IndexOf(target) is { } variable)
            {
                state = state?.Set(variable, Default(target.Type), loopVariables);
            }
        }

        return AbstractValue.Unknown;
    }

    /// <summary>Writes an entry: of this place alone where each pass of the loops has its own, else of one among many.</summary>
    private void Store(IOperation target, AbstractValue value, IOperation place)
    {
        var (whole, indices) = target switch
        {
            IArrayElementReferenceOperation element => (element.ArrayReference, element.Indices),
            IPropertyReferenceOperation property when property.Arguments.Length > 0 =>
                (property.Instance, [.. property.Arguments.Select(argument => argument.Value)]),
            _ => (target, ImmutableArray<IOperation>.Empty),
        };
        if (whole is null || RootOf(whole) is not { } variable || state is null)
        {
            return;
        }

        var known = state[variable];
        if (value.IsNeutral && state.IsUnderMask && known.Is(Trait.Softmax) && !known.MayBe(Trait.Masked))
        {
            state = state.Replace(variable, known.With(Trait.MaskedAfterwards, place));
            return;
        }

        var stored = value.IsNeutral && state.IsUnderMask ? value.Perhaps(Trait.Masked) : value;
        var isOwnEntry = indices.Length > 0 && IndexOf(whole) is not null
            && indices.All(index => IndexOf(index) is { } symbol && loopVariables.Contains(symbol) && entrywise.Contains((variable, symbol)));
        state = isOwnEntry ? state.Replace(variable, stored) : state.Store(variable, stored);
    }

    /// <summary>The variable whose object (or part of it) an expression refers to.</summary>
    private static ISymbol? RootOf(IOperation expression) => expression switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IConversionOperation conversion => RootOf(conversion.Operand),
        IArrayElementReferenceOperation element => RootOf(element.ArrayReference),
        IPropertyReferenceOperation { Arguments.Length: > 0, Instance: { } instance } => RootOf(instance),
        IInvocationOperation { TargetMethod.Name: "AsSpan" or "AsTensorSpan" or "AsArray" or "GetSpan" } call =>
            (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } source ? RootOf(source) : null,
        _ => null,
    };
}
