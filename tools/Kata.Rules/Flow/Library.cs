using Kata.Rules.Foundation;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Flow;

/// <summary>What is known of Math, LINQ, MathNet and tensors.</summary>
internal sealed class Library(KnownTypes types)
{
    private static readonly Dictionary<string, Meaning> Scalars = new()
    {
        ["Exp"] = Meaning.Exponential,
        ["Log"] = Meaning.Logarithm,
        ["Log2"] = Meaning.Logarithm,
        ["Log10"] = Meaning.Logarithm,
        ["Max"] = Meaning.Maximum,
        ["Min"] = Meaning.Minimum,
        ["Clamp"] = Meaning.Minimum,
        ["Tanh"] = Meaning.Minimum,
    };

    private static readonly Dictionary<string, Meaning> Sequences = new()
    {
        ["Select"] = Meaning.Mapped,
        ["Zip"] = Meaning.Mapped,
        ["SelectMany"] = Meaning.Mapped,
        ["Where"] = Meaning.Filtered,
        ["Sum"] = Meaning.Sum,
        ["Max"] = Meaning.Maximum,
        ["Min"] = Meaning.Minimum,
        ["ToArray"] = Meaning.Same,
        ["ToList"] = Meaning.Same,
        ["AsEnumerable"] = Meaning.Same,
        ["Reverse"] = Meaning.Same,
        ["OrderBy"] = Meaning.Same,
        ["OrderByDescending"] = Meaning.Same,
        ["Take"] = Meaning.Part,
        ["Skip"] = Meaning.Part,
        ["First"] = Meaning.Same,
        ["Last"] = Meaning.Same,
        ["ElementAt"] = Meaning.Same,
        ["Cast"] = Meaning.Same,
        ["Append"] = Meaning.Same,
        ["Range"] = Meaning.Positions,
        ["Count"] = Meaning.Dimension,
        ["Repeat"] = Meaning.Same,
    };

    private static readonly Dictionary<string, Meaning> Algebra = new()
    {
        ["PointwiseExp"] = Meaning.Exponential,
        ["Exp"] = Meaning.Exponential,
        ["PointwiseLog"] = Meaning.Logarithm,
        ["Log"] = Meaning.Logarithm,
        ["Sum"] = Meaning.Sum,
        ["SumMagnitudes"] = Meaning.Sum,
        ["L1Norm"] = Meaning.Sum,
        ["RowSums"] = Meaning.Sum,
        ["RowAbsoluteSums"] = Meaning.Sum,
        ["ColumnSums"] = Meaning.SumOfColumns,
        ["ColumnAbsoluteSums"] = Meaning.SumOfColumns,
        ["Maximum"] = Meaning.Maximum,
        ["PointwiseMaximum"] = Meaning.Maximum,
        ["Minimum"] = Meaning.Minimum,
        ["PointwiseMinimum"] = Meaning.Minimum,
        ["Add"] = Meaning.Add,
        ["Subtract"] = Meaning.Subtract,
        ["PointwiseMultiply"] = Meaning.Multiply,
        ["PointwiseDivide"] = Meaning.Divide,
        ["Divide"] = Meaning.Divide,
        ["Negate"] = Meaning.Negate,
        ["Multiply"] = Meaning.MatrixProduct,
        ["TransposeAndMultiply"] = Meaning.TransposedProduct,
        ["DotProduct"] = Meaning.TransposedProduct,
        ["TransposeThisAndMultiply"] = Meaning.MatrixProduct,
        ["Transpose"] = Meaning.Transposed,
        ["Column"] = Meaning.Columns,
        ["EnumerateColumns"] = Meaning.Columns,
        ["ToColumnArrays"] = Meaning.Columns,
        ["Row"] = Meaning.Rows,
        ["EnumerateRows"] = Meaning.Rows,
        ["ToRowArrays"] = Meaning.Rows,
        ["Enumerate"] = Meaning.Same,
        ["ToArray"] = Meaning.Same,
        ["AsArray"] = Meaning.Same,
        ["Clone"] = Meaning.Same,
        ["SubMatrix"] = Meaning.Part,
        ["SubVector"] = Meaning.Part,
        ["At"] = Meaning.Same,
        ["Map"] = Meaning.Mapped,
        ["Map2"] = Meaning.Mapped,
        ["MapIndexed"] = Meaning.Mapped,
        ["MapInplace"] = Meaning.MappedInPlace,
        ["MapIndexedInplace"] = Meaning.MappedInPlace,
        ["Normalize"] = Meaning.Normalised,
        ["NormalizeRows"] = Meaning.Normalised,
        ["NormalizeColumns"] = Meaning.NormalisedColumns,
        ["SetRow"] = Meaning.Stored,
        ["SetColumn"] = Meaning.Stored,
        ["SetSubMatrix"] = Meaning.Stored,
        ["Dense"] = Meaning.Filled,
        ["DenseOfArray"] = Meaning.Same,
        ["DenseOfEnumerable"] = Meaning.Same,
        ["DenseOfMatrix"] = Meaning.Same,
        ["DenseOfVector"] = Meaning.Same,
        ["DenseOfRowVectors"] = Meaning.FromRows,
        ["DenseOfRows"] = Meaning.FromRows,
        ["DenseOfRowArrays"] = Meaning.FromRows,
        ["DenseOfColumnVectors"] = Meaning.Same,
        ["DenseOfColumns"] = Meaning.Same,
        ["DenseOfColumnArrays"] = Meaning.Same,
        ["SameAs"] = Meaning.Zeros,
    };

    private static readonly Dictionary<string, Meaning> Tensors = new()
    {
        ["Exp"] = Meaning.Exponential,
        ["Log"] = Meaning.Logarithm,
        ["Sum"] = Meaning.Sum,
        ["Max"] = Meaning.Maximum,
        ["Min"] = Meaning.Minimum,
        ["Add"] = Meaning.Add,
        ["Subtract"] = Meaning.Subtract,
        ["Multiply"] = Meaning.Multiply,
        ["Divide"] = Meaning.Divide,
        ["Negate"] = Meaning.Negate,
        ["Dot"] = Meaning.TransposedProduct,
        ["SoftMax"] = Meaning.Softmax,
        ["Transpose"] = Meaning.Transposed,
        ["PermuteDimensions"] = Meaning.Same,
        ["Reshape"] = Meaning.Same,
        ["Squeeze"] = Meaning.Same,
        ["Unsqueeze"] = Meaning.Same,
        ["Broadcast"] = Meaning.Same,
        ["Slice"] = Meaning.Part,
        ["ToDenseTensor"] = Meaning.Same,
        ["Create"] = Meaning.Same,
        ["CreateFromShape"] = Meaning.Zeros,
        ["CreateFromShapeUninitialized"] = Meaning.Zeros,
        ["CreateUninitialized"] = Meaning.Zeros,
    };

    /// <summary>What a method does.</summary>
    public Meaning MeaningOf(IMethodSymbol method)
    {
        var type = method.ContainingType;
        var meanings =
            KnownTypes.Is(type, types.Math) || IsReal(type) ? Scalars
            : KnownTypes.Is(type, types.Enumerable) ? Sequences
            : IsTensorType(type) ? Tensors
            : IsOfMathNet(type) ? Algebra
            : null;
        if (meanings is not null)
        {
            return meanings.TryGetValue(method.Name, out var meaning) ? meaning
                : meanings == Scalars ? Meaning.OtherFunction
                : Meaning.Unknown;
        }

        return (type?.SpecialType, type?.Name, method.Name) switch
        {
            (SpecialType.System_Array, _, "Clone") => Meaning.Same,
            (SpecialType.System_Array, _, "ConvertAll") => Meaning.Mapped,
            (SpecialType.System_Array, _, "GetLength") => Meaning.Dimension,
            (_, "MemoryExtensions", "AsSpan") => method.Parameters.Length > 1 ? Meaning.Part : Meaning.Same,
            (_, "List" or "Stack" or "Queue", "Add" or "Push" or "Enqueue") => Meaning.Stored,
            (_, "List", "ToArray") => Meaning.Same,
            _ => Meaning.Unknown,
        };
    }

    /// <summary>Whether the last argument of a method is where it writes its result.</summary>
    public bool WritesToLastArgument(IMethodSymbol method) =>
        method.ReturnsVoid && (KnownTypes.Is(method.ContainingType, types.TensorPrimitives)
            || IsLinearAlgebra(method.ContainingType)
            || method.Parameters.LastOrDefault()?.Name == "destination");

    /// <summary>Whether a type is a vector or matrix, for which <c>*</c> is not entry by entry.</summary>
    public bool IsLinearAlgebra(ITypeSymbol? type) =>
        KnownTypes.IsOrDerivesFrom(type, types.Matrix) || KnownTypes.IsOrDerivesFrom(type, types.Vector);

    /// <summary>Whether a type makes vectors or matrices, and holds no numbers itself.</summary>
    public bool IsBuilder(ITypeSymbol? type) => IsOfMathNet(type) && type?.Name is "MatrixBuilder" or "VectorBuilder";

    /// <summary>Whether a type is a tensor.</summary>
    public bool IsTensor(ITypeSymbol? type) => KnownTypes.Is(type, types.Tensor);

    /// <summary>Whether a property is minus infinity, infinity or the least number.</summary>
    public bool IsInfinity(IPropertySymbol property) =>
        IsReal(property.ContainingType) && property.Name is "NegativeInfinity" or "PositiveInfinity" or "MinValue";

    /// <summary>Whether a type is a list or another collection of the framework.</summary>
    public bool IsCollection(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() == "System.Collections.Generic" && type.TypeArguments.Length == 1;

    private static bool IsOfMathNet(ITypeSymbol? type) => type?.ContainingNamespace?.ToDisplayString() == "MathNet.Numerics.LinearAlgebra";

    private bool IsTensorType(INamedTypeSymbol? type) =>
        KnownTypes.Is(type, types.Tensor) || KnownTypes.Is(type, types.TensorFunctions)
        || KnownTypes.Is(type, types.TensorPrimitives) || KnownTypes.Is(type, types.TensorSpan);

    private static bool IsReal(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Double or SpecialType.System_Single;
}
