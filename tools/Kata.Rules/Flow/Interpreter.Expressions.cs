using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Flow;

/// <content>Expressions: what values are.</content>
internal sealed partial class Interpreter
{
    private const double LargeNegative = -1e4;

    /// <summary>The variable that an index names; null for a computed index.</summary>
    public static ISymbol? IndexOf(IOperation index) => index switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IConversionOperation conversion => IndexOf(conversion.Operand),
        _ => null,
    };

    private AbstractValue Evaluate(IOperation? expression)
    {
        if (expression is null || state is null || IsExhausted())
        {
            return AbstractValue.Unknown;
        }

        if (expression.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(constant);
        }

        return expression switch
        {
            ILocalReferenceOperation local => state[local.Local],
            IParameterReferenceOperation parameter => state[parameter.Parameter],
            IConversionOperation conversion => Evaluate(conversion.Operand),
            IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
            IArgumentOperation argument => Evaluate(argument.Value),
            IVariableInitializerOperation initializer => Evaluate(initializer.Value),
            ISimpleAssignmentOperation assignment => Assign(assignment),
            ICompoundAssignmentOperation compound => Assign(compound),
            IIncrementOrDecrementOperation step => Step(step),
            IDeconstructionAssignmentOperation deconstruction => Deconstruct(deconstruction),
            IBinaryOperation binary => Binary(binary),
            IUnaryOperation unary => Unary(unary),
            IConditionalOperation conditional => Choose(conditional),
            ISwitchExpressionOperation choice => Choose(choice),
            IArrayElementReferenceOperation element => Entry(element.ArrayReference, element.Indices),
            IPropertyReferenceOperation property => Property(property),
            IArrayCreationOperation creation => Create(creation),
            IObjectCreationOperation creation => Create(creation),
            ICollectionExpressionOperation collection => Collect(collection.Elements),
            ISpreadOperation spread => Evaluate(spread.Operand),
            IDelegateCreationOperation creation => Evaluate(creation.Target),
            IAnonymousFunctionOperation or IMethodReferenceOperation => AbstractValue.Plain with { Function = expression },
            IInvocationOperation call => Invoke(call),
            IIsPatternOperation { Pattern: IDeclarationPatternOperation { DeclaredSymbol: { } variable } } match => Match(match, variable),
            IThrowOperation => Unreachable(expression),
            _ => Other(expression),
        };
    }

    private static AbstractValue Constant(object? constant) => constant switch
    {
        0 or 0L or 0.0 or 0f or null => AbstractValue.Neutral,
        double number when number < LargeNegative || double.IsInfinity(number) => AbstractValue.Neutral,
        float number when number < LargeNegative || float.IsInfinity(number) => AbstractValue.Neutral,
        _ => AbstractValue.Plain,
    };

    private static AbstractValue Default(ITypeSymbol? type) =>
        type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Boolean or SpecialType.System_String
            ? AbstractValue.Plain
            : AbstractValue.Unknown;

    private AbstractValue Match(IIsPatternOperation match, ISymbol variable)
    {
        Set(variable, match.Value, Evaluate(match.Value));
        return AbstractValue.Plain;
    }

    private AbstractValue Other(IOperation expression)
    {
        foreach (var child in expression.ChildOperations)
        {
            Evaluate(child);
        }

        return Default(expression.Type);
    }

    private AbstractValue Unreachable(IOperation thrown)
    {
        Other(thrown);
        return AbstractValue.Neutral;
    }

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

    private AbstractValue Binary(IBinaryOperation binary)
    {
        var left = Evaluate(binary.LeftOperand);
        var right = Evaluate(binary.RightOperand);
        return binary.OperatorKind switch
        {
            BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.And or BinaryOperatorKind.Or =>
                left.Is(Trait.Mask) || right.Is(Trait.Mask) ? AbstractValue.Of(Trait.Mask) : AbstractValue.Plain,
            BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
                or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => Compare(binary, left, right),
            _ => Operate(binary.OperatorKind, left, right, binary, binary.LeftOperand.Type, binary.RightOperand.Type),
        };
    }

    /// <summary>A comparison of two positions says who may attend to whom, as an entry of a mask does.</summary>
    private AbstractValue Compare(IBinaryOperation binary, AbstractValue left, AbstractValue right)
    {
        var isOfPositions = new[] { binary.LeftOperand, binary.RightOperand }.All(operand =>
            operand.Type?.SpecialType == SpecialType.System_Int32 && !operand.ConstantValue.HasValue)
            && new[] { binary.LeftOperand, binary.RightOperand }.Any(operand => IndexOf(operand) is { } index && loopVariables.Contains(index));
        return isOfPositions || left.Is(Trait.Mask) || right.Is(Trait.Mask) ? AbstractValue.Of(Trait.Mask) : AbstractValue.Plain;
    }

    private AbstractValue Operate(
        BinaryOperatorKind kind, AbstractValue left, AbstractValue right, IOperation place, ITypeSymbol? leftType, ITypeSymbol? rightType)
    {
        var isWhole = library.IsLinearAlgebra(leftType) || library.IsLinearAlgebra(rightType);
        var result = kind switch
        {
            BinaryOperatorKind.Add => arithmetic.Add(left, right, isWhole),
            BinaryOperatorKind.Subtract => arithmetic.Subtract(left, right),
            BinaryOperatorKind.Multiply when library.IsLinearAlgebra(leftType) && library.IsLinearAlgebra(rightType) =>
                arithmetic.MatrixProduct(left, right, place, transposes: KnownTypes.Is(leftType, answer.Types.Vector) && KnownTypes.Is(rightType, answer.Types.Vector)),
            BinaryOperatorKind.Multiply => arithmetic.Multiply(left, right, place, isWhole || library.IsTensor(leftType) || library.IsTensor(rightType)),
            BinaryOperatorKind.Divide => arithmetic.Divide(left, right, place),
            _ => AbstractValue.Plain.Perhaps(left.May | right.May),
        };
        return result with { Indices = left.Indices == default ? right.Indices : left.Indices };
    }

    private AbstractValue Unary(IUnaryOperation unary)
    {
        var operand = Evaluate(unary.Operand);
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Not => operand,
            UnaryOperatorKind.Plus => operand,
            UnaryOperatorKind.Minus => Negate(operand),
            _ => Default(unary.Type),
        };
    }

    private static AbstractValue Negate(AbstractValue operand) =>
        operand.IsNeutral ? operand : operand.Without(Trait.Maximum).Perhaps(Trait.Bounded);

    private AbstractValue Choose(IConditionalOperation conditional)
    {
        var isMask = Evaluate(conditional.Condition).Is(Trait.Mask);
        AbstractValue first = AbstractValue.Unknown, second = AbstractValue.Unknown;
        Branch(isMask, () => first = Evaluate(conditional.WhenTrue), () => second = Evaluate(conditional.WhenFalse));
        if (!isMask)
        {
            return first.Join(second);
        }

        if ((first.IsNeutral || first.IsPlain) && (second.IsNeutral || second.IsPlain))
        {
            return first.IsNeutral && second.IsNeutral ? AbstractValue.Of(Trait.Mask).Perhaps(Trait.Masked) : AbstractValue.Of(Trait.Mask);
        }

        var kept = first.IsNeutral ? second : first;
        var replaces = first.IsNeutral != second.IsNeutral;
        return replaces && kept.Is(Trait.Softmax) && !kept.MayBe(Trait.Masked)
            ? kept.With(Trait.MaskedAfterwards, conditional)
            : first.Join(second).Perhaps(Trait.Masked) is var masked && replaces && kept.Is(Trait.Exponential) && !kept.MayBe(Trait.Masked)
                ? masked with { Origins = masked.Origins.Add(new Origin(Trait.Masked, conditional)) }
                : masked;
    }

    private AbstractValue Choose(ISwitchExpressionOperation choice)
    {
        Evaluate(choice.Value);
        var before = state;
        State? after = null;
        AbstractValue? result = null;
        foreach (var arm in choice.Arms)
        {
            state = before;
            var value = Evaluate(arm.Value);
            result = result?.Join(value) ?? value;
            after = State.Join(after, state);
        }

        state = after ?? before;
        return (result ?? AbstractValue.Unknown).Perhaps(Trait.Masked);
    }

    private AbstractValue Entry(IOperation whole, ImmutableArray<IOperation> indices)
    {
        var entries = Evaluate(whole);
        var positions = indices.Select(Evaluate).Aggregate(Trait.None, (may, index) => may | index.May);
        return entries with
        {
            May = entries.IsNeutral ? entries.May : entries.May | (positions & Trait.Masked),
            Indices = indices.Length switch
            {
                2 => (IndexOf(indices[0]), IndexOf(indices[1])),
                1 when entries.Indices.Row is { } row => (row, IndexOf(indices[0])),
                1 when entries.Indices.Column is { } column => (IndexOf(indices[0]), column),
                1 => (IndexOf(indices[0]), null),
                _ => default,
            },
            Function = null,
        };
    }

    private AbstractValue Property(IPropertyReferenceOperation property)
    {
        if (property.Instance is null)
        {
            return library.IsInfinity(property.Property) ? AbstractValue.Neutral : Default(property.Type);
        }

        if (property.Arguments.Length > 0)
        {
            return Entry(property.Instance, [.. property.Arguments.Select(argument => argument.Value)]);
        }

        var instance = Evaluate(property.Instance);
        return property.Property.Name is "RowCount" or "ColumnCount" or "Count" or "Length" or "FlattenedLength" or "Lengths"
            && instance.IsAny(Trait.Linear | Trait.Dimension)
                ? AbstractValue.Of(Trait.Dimension)
                : Default(property.Type);
    }

    private AbstractValue Create(IArrayCreationOperation creation)
    {
        foreach (var size in creation.DimensionSizes)
        {
            Evaluate(size);
        }

        return creation.Initializer is { } initializer ? Collect(initializer.ElementValues) : AbstractValue.Neutral;
    }

    private AbstractValue Create(IObjectCreationOperation creation)
    {
        var arguments = creation.Arguments.Select(argument => Evaluate(argument.Value)).ToList();
        Evaluate(creation.Initializer);
        return creation.Constructor?.ContainingType is { } type && library.IsCollection(type)
            ? arguments.FirstOrDefault(argument => !argument.IsPlain && argument.Function is null) ?? AbstractValue.Neutral
            : Default(creation.Type);
    }

    private AbstractValue Collect(IEnumerable<IOperation> elements) =>
        elements.Select(Nested).Aggregate(AbstractValue.Neutral, (joined, value) => joined.Join(value));

    private AbstractValue Nested(IOperation element) =>
        element is IArrayInitializerOperation inner ? Collect(inner.ElementValues) : Evaluate(element);
}
