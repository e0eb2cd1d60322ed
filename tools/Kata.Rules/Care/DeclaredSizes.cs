using System.Collections.Immutable;
using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Care;

/// <summary>
/// The names of sizes, as the parameters' shapes declare them: <c>keys.RowCount</c> is m where keys are
/// <c>[Shape("m", "dK")]</c>. What cannot be traced to a declared shape has no name.
/// </summary>
internal sealed class DeclaredSizes(IOperation body, AnswerFile answer)
{
    private const int DeepestTrace = 12;
    private int depth;

    /// <summary>The name of an integer; null if it is not a declared size.</summary>
    public string? NameOf(IOperation size) => Trace(size.Unwrapped(), operation => operation switch
    {
        IPropertyReferenceOperation { Instance: { } instance, Property.Name: var property } => property switch
        {
            "RowCount" => ShapeOf(instance).Rows,
            "ColumnCount" => ShapeOf(instance).Columns,
            "Count" or "Length" => LengthOf(instance),
            _ => null,
        },
        IInvocationOperation { Instance: { } instance, TargetMethod.Name: "GetLength", Arguments: { Length: 1 } axes } => axes[0].Value.ConstantValue switch
        {
            { HasValue: true, Value: 0 } => ShapeOf(instance).Rows,
            { HasValue: true, Value: 1 } => ShapeOf(instance).Columns,
            _ => null,
        },
        _ => null,
    });

    /// <summary>The name of the length of a vector or array (the number of rows of a jagged one).</summary>
    public string? LengthOf(IOperation vector) => Trace(vector.Unwrapped(), operation => operation switch
    {
        IParameterReferenceOperation parameter => Dimension(parameter.Parameter, 0),
        IArrayCreationOperation { DimensionSizes.Length: 1 } array => NameOf(array.DimensionSizes[0]),
        IInvocationOperation { Instance: { } instance, TargetMethod.Name: "Map" or "Clone" or "PointwiseExp" } => LengthOf(instance),
        _ => null,
    });

    /// <summary>The names of a matrix's rows and columns.</summary>
    public (string? Rows, string? Columns) ShapeOf(IOperation matrix)
    {
        string? rows = null, columns = null;
        Trace(matrix.Unwrapped(), operation =>
        {
            (rows, columns) = MatrixShape(operation);
            return rows ?? columns;
        });
        return (rows, columns);
    }

    /// <summary>The names of the rows and columns that a method of the answer declares for its result, as the caller's arguments name them.</summary>
    public (string? Rows, string? Columns) DeclaredResult(IInvocationOperation call)
    {
        var declared = NamesIn(call.TargetMethod.GetReturnTypeAttributes());
        return declared.Length == 2 ? (InTheCaller(declared[0]), InTheCaller(declared[1])) : (null, null);

        string? InTheCaller(string? name) => call.Arguments
            .SelectMany(argument => NamesIn(argument.Parameter?.GetAttributes() ?? []).Select((own, axis) => (own, argument, axis)))
            .Where(dimension => dimension.own == name)
            .Select(dimension => (IsMatrix(dimension.argument.Value), dimension.axis) switch
            {
                (true, 0) => ShapeOf(dimension.argument.Value).Rows,
                (true, _) => ShapeOf(dimension.argument.Value).Columns,
                _ => LengthOf(dimension.argument.Value),
            })
            .FirstOrDefault();
    }

    private (string? Rows, string? Columns) MatrixShape(IOperation operation) => operation switch
    {
        IParameterReferenceOperation parameter => (Dimension(parameter.Parameter, 0), Dimension(parameter.Parameter, 1)),
        IInvocationOperation { Instance: { } left, Arguments: { Length: 1 } arguments, TargetMethod.Name: var name } => name switch
        {
            "TransposeAndMultiply" => (ShapeOf(left).Rows, ShapeOf(arguments[0].Value).Rows),
            "TransposeThisAndMultiply" => (ShapeOf(left).Columns, ShapeOf(arguments[0].Value).Columns),
            "OuterProduct" => (LengthOf(left), LengthOf(arguments[0].Value)),
            "Multiply" => (ShapeOf(left).Rows, ShapeOf(arguments[0].Value).Columns),
            "Divide" or "PointwiseMultiply" or "PointwiseDivide" or "Map" => ShapeOf(left),
            _ => (null, null),
        },
        IInvocationOperation { Instance: { } source, TargetMethod.Name: var name } => name switch
        {
            "Transpose" => (ShapeOf(source).Columns, ShapeOf(source).Rows),
            "Map" or "MapIndexed" or "PointwiseExp" or "Clone" or "Negate" => ShapeOf(source),
            _ => (null, null),
        },
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply } product when IsMatrix(product.LeftOperand) && IsMatrix(product.RightOperand) =>
            (ShapeOf(product.LeftOperand).Rows, ShapeOf(product.RightOperand).Columns),
        IBinaryOperation binary => IsMatrix(binary.LeftOperand) ? ShapeOf(binary.LeftOperand) : IsMatrix(binary.RightOperand) ? ShapeOf(binary.RightOperand) : (null, null),
        _ => (null, null),
    };

    /// <summary>Reads an operation, or the only value of the local that it names.</summary>
    private string? Trace(IOperation operation, Func<IOperation, string?> read)
    {
        if (depth >= DeepestTrace)
        {
            return null;
        }

        depth++;
        var name = operation is ILocalReferenceOperation local
            ? body.ValuesOf(local.Local).Take(2).ToList() is { Count: 1 } values ? Trace(values[0].Unwrapped(), read) : null
            : read(operation);
        depth--;
        return name;
    }

    private bool IsMatrix(IOperation operation) => KnownTypes.IsOrDerivesFrom(operation.Type, answer.Types.Matrix);

    private string? Dimension(IParameterSymbol parameter, int axis)
    {
        var names = NamesIn(parameter.GetAttributes());
        return axis < names.Length ? names[axis] : null;
    }

    private string?[] NamesIn(ImmutableArray<AttributeData> attributes)
    {
        var shape = attributes.FirstOrDefault(attribute => KnownTypes.Is(attribute.AttributeClass, answer.Types.ShapeAttribute));
        return shape is { ConstructorArguments.Length: 1 } && shape.ConstructorArguments[0] is { Kind: TypedConstantKind.Array, IsNull: false } dimensions
            ? [.. dimensions.Values.Select(dimension => dimension.Value as string)]
            : [];
    }
}
