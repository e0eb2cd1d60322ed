using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>Evaluates the operations of a block one after the other, from what is known where it begins.</summary>
/// <param name="analysis">The analysis it belongs to.</param>
/// <param name="graph">The control flow of the function that is followed.</param>
/// <param name="function">The function that is followed.</param>
/// <param name="state">What is known at the beginning.</param>
internal sealed class Evaluator(ShapeAnalysis analysis, ControlFlowGraph graph, IMethodSymbol function, State state)
{
    private readonly List<Value> yielded = [];

    /// <summary>What is known after the operations so far.</summary>
    public State State { get; set; } = state;

    /// <summary>What the block yields, in an iterator.</summary>
    public IReadOnlyList<Value> Yielded => yielded;

    /// <summary>Decides by what is known now.</summary>
    public Judge Judge => new(State.Facts, analysis.Misfits);

    private Invocations Invocations => new(analysis, graph, this);

    private KnownTypes Types => analysis.Types;

    /// <summary>What is known about the value of an operation; its effects are in <see cref="State"/> afterwards.</summary>
    public Value Evaluate(IOperation? operation)
    {
        if (operation is null || !analysis.Continues())
        {
            return Value.Unknown;
        }

        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return constant switch
            {
                int number => new Size(Dimension.Number(number)),
                long number => new Size(Dimension.Number(number)),
                _ => Value.Unknown,
            };
        }

        return OfType(operation.Type, EvaluateOperation(operation));
    }

    /// <summary>An operation with what is known about its value.</summary>
    public Operand Operand(IOperation operation) => new(operation, Evaluate(operation));

    /// <summary>What is known in the branch where a condition holds, and in the one where it does not.</summary>
    public (Facts? WhenTrue, Facts? WhenFalse) Decide(IOperation condition)
    {
        switch (condition)
        {
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                var (whenFalse, whenTrue) = Decide(not.Operand);
                return (whenTrue, whenFalse);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equals:
                return (Equated(equals), State.Facts);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } differs:
                var equal = Equated(differs);
                return (State.Facts, equal);
            default:
                Evaluate(condition);
                return (State.Facts, State.Facts);
        }
    }

    /// <summary>Assigns to a variable, or to each part of a tuple of variables.</summary>
    public Value Assign(IOperation target, Value value)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                var parts = value is Items items && items.Values.Length == tuple.Elements.Length ? items.Values : default;
                for (var index = 0; index < tuple.Elements.Length; index++)
                {
                    Assign(tuple.Elements[index], parts.IsDefault ? Value.Unknown : parts[index]);
                }

                break;
            case IDeclarationExpressionOperation declaration:
                return Assign(declaration.Expression, value);
            case IFieldReferenceOperation when Variable(target) is { } tuple:
                State = State.Write(tuple, Value.Unknown);
                break;
            default:
                if (Variable(target) is { } variable)
                {
                    State = State.Write(variable, value);
                }
                else
                {
                    Evaluate(target);
                }

                break;
        }

        return value;
    }

    /// <summary>Sizes are compared in a way that is not followed: nothing is claimed about them from here on.</summary>
    public Value Blur(ImmutableArray<Value> values)
    {
        State = State.With(State.Facts.Blur(values.SelectMany(value => value.Sizes).SelectMany(size => size.Symbols)));
        return Value.Unknown;
    }

    private Facts? Equated(IBinaryOperation comparison)
    {
        var (left, right) = (Operand(comparison.LeftOperand), Operand(comparison.RightOperand));
        return State.Facts.Equate(left.Size, right.Size);
    }


    private Value EvaluateOperation(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation local:
                return Read(local.Local);
            case IParameterReferenceOperation parameter:
                return Read(parameter.Parameter);
            case IFlowCaptureReferenceOperation captured:
                return State.Read(captured.Id).Value;
            case IFlowCaptureOperation capture:
                State = State.Write(capture.Id, new State.Captured(Evaluate(capture.Value), Variable(capture.Value)));
                return Value.Unknown;
            case ISimpleAssignmentOperation assignment:
                return Assign(assignment.Target, Evaluate(assignment.Value));
            case ICompoundAssignmentOperation compound:
                return Assign(compound.Target, Binary(compound, compound.OperatorKind, Operand(compound.Target), Operand(compound.Value)));
            case IIncrementOrDecrementOperation increment:
                return Increment(increment);
            case IDeconstructionAssignmentOperation deconstruction:
                return Assign(deconstruction.Target, Evaluate(deconstruction.Value));
            case IBinaryOperation binary:
                return Binary(binary, binary.OperatorKind, Operand(binary.LeftOperand), Operand(binary.RightOperand));
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus or UnaryOperatorKind.Plus } unary:
                var operand = Evaluate(unary.Operand);
                return operand is Size size ? unary.OperatorKind == UnaryOperatorKind.Minus ? Size.Of(Dimension.Number(0) - size.Dimension) : size : operand;
            case IConversionOperation conversion:
                return Evaluate(conversion.Operand);
            case ITranslatedQueryOperation query:
                return Evaluate(query.Operation);
            case ITupleOperation tuple:
                return new Items([.. tuple.Elements.Select(Evaluate)]);
            case ITupleBinaryOperation or IIsPatternOperation:
                return Blur([.. operation.ChildOperations.Select(Evaluate)]);
            case IDelegateCreationOperation { Target: var target }:
                return Evaluate(target);
            case IFlowAnonymousFunctionOperation lambda:
                return new Function(lambda.Symbol, graph.GetAnonymousFunctionControlFlowGraphInScope(lambda));
            case IMethodReferenceOperation reference:
                return new Function(reference.Method, Invocations.LocalGraph(reference.Method));
            case IReturnOperation { Kind: OperationKind.YieldReturn } yield:
                yielded.Add(Evaluate(yield.ReturnedValue));
                return Value.Unknown;
            case IInvocationOperation invocation:
                return Invocations.Evaluate(invocation, invocation.TargetMethod, invocation.Instance, invocation.Arguments);
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                return Invocations.Evaluate(creation, constructor, null, creation.Arguments);
            case IPropertyReferenceOperation property:
                return PropertyRules.Read(property, Evaluate(property.Instance), [.. property.Arguments.Select(argument => Evaluate(argument.Value))]);
            case IFieldReferenceOperation { Instance: { } instance } field:
                return PropertyRules.TupleElement(field.Field, Evaluate(instance));
            case IArrayElementReferenceOperation element:
                var (array, indices) = (Evaluate(element.ArrayReference), element.Indices.Select(Evaluate).ToImmutableArray());
                return PropertyRules.Element(array, indices);
            case IArrayCreationOperation or ICollectionExpressionOperation:
                return analysis.Uses.Stored(Collection(operation), operation.Type);
            default:
                foreach (var child in operation.ChildOperations)
                {
                    Evaluate(child);
                }

                return Value.Unknown;
        }
    }

    /// <summary>A matrix has two axes and a vector one, even where their sizes are not known.</summary>
    private Value OfType(ITypeSymbol? type, Value value)
    {
        if (KnownTypes.IsOrDerivesFrom(type, Types.Matrix))
        {
            return value is Shaped { Rank: 2 } ? value : new Shaped(null, null);
        }

        return KnownTypes.IsOrDerivesFrom(type, Types.Vector)
            ? value is Shaped { Rank: 1 } ? value : new Shaped((Dimension?)null)
            : value is Size && type?.SpecialType is not (SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_IntPtr) ? Value.Unknown
            : value;
    }

    private Value Read(ISymbol variable) => analysis.Uses.CanRead(variable, function) ? State.Read(variable) : Value.Unknown;

    private ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFlowCaptureReferenceOperation captured => State.Read(captured.Id).Variable,
        IDeclarationExpressionOperation declaration => Variable(declaration.Expression),
        IFieldReferenceOperation { Field.ContainingType.IsTupleType: true, Instance: { } tuple } => Variable(tuple),
        _ => null,
    };

    private Value Increment(IIncrementOrDecrementOperation increment)
    {
        var before = Evaluate(increment.Target);
        var one = Dimension.Number(increment.Kind == OperationKind.Increment ? 1 : -1);
        var after = before is Size size ? Size.Of(size.Dimension + one) : Value.Unknown;
        Assign(increment.Target, after);
        return increment.IsPostfix ? before : after;
    }

    private Value Binary(IOperation expression, BinaryOperatorKind kind, Operand left, Operand right)
    {
        if (IsMatrixOrVector(left) || IsMatrixOrVector(right))
        {
            return MatrixRules.Binary(expression, kind, left, right, Judge);
        }

        if (KnownTypes.Is(expression.Type, Types.Tensor))
        {
            return TensorRules.Elementwise(expression, left, Signs.Of(kind), right, Judge);
        }

        return kind switch
        {
            BinaryOperatorKind.Add => Size.Of(left.Size + right.Size),
            BinaryOperatorKind.Subtract => Size.Of(left.Size - right.Size),
            BinaryOperatorKind.Multiply => Size.Of(left.Size * right.Size),
            BinaryOperatorKind.Divide => Size.Of(left.Size / right.Size),
            BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals => Blur([left.Value, right.Value]),
            _ => Value.Unknown,
        };
    }

    private bool IsMatrixOrVector(Operand operand) =>
        KnownTypes.IsOrDerivesFrom(operand.Operation.Type, Types.Matrix) || KnownTypes.IsOrDerivesFrom(operand.Operation.Type, Types.Vector);

    private Value Collection(IOperation operation) => operation switch
    {
        IArrayCreationOperation { Initializer: { } initializer, DimensionSizes.Length: 1 } => new Items([.. initializer.ElementValues.Select(Evaluate)]),
        IArrayCreationOperation { DimensionSizes: [var length], Initializer: null } => new Sequence(Operand(length).Size, Value.Unknown),
        IArrayCreationOperation array => new Shaped([.. array.DimensionSizes.Select(length => Operand(length).Size)]),
        ICollectionExpressionOperation { Elements: var elements } => Collected(elements),
        _ => Value.Unknown,
    };

    private Value Collected(ImmutableArray<IOperation> elements)
    {
        var parts = elements
            .Select(element => element is ISpreadOperation spread
                ? Sequence.From(Evaluate(spread.Operand)) ?? new Sequence(null, Value.Unknown)
                : new Sequence(Dimension.Number(1), Evaluate(element)))
            .ToList();
        return elements.Any(element => element is ISpreadOperation)
            ? parts.Aggregate((all, part) => new Sequence(all.Count + part.Count, Value.Join(all.Element, part.Element)))
            : new Items([.. parts.Select(part => part.Element)]);
    }
}
