using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Shapes;

/// <summary>What properties, indexers and tuples tell about shapes.</summary>
internal static class PropertyRules
{
    /// <summary>The value of a property or indexer.</summary>
    public static Value Read(IPropertyReferenceOperation property, Value instance, ImmutableArray<Value> arguments)
    {
        if (property.Property.IsIndexer)
        {
            return instance is Shaped tensor ? Slice(property, tensor) : Element(instance, arguments);
        }

        return (property.Property.Name, instance) switch
        {
            ("RowCount", Shaped { Rank: 2 } matrix) => Size.Of(matrix.Rows),
            ("ColumnCount", Shaped { Rank: 2 } matrix) => Size.Of(matrix.Columns),
            ("Count" or "Length", Shaped { Rank: 1 } vector) => Size.Of(vector.Rows),
            ("Count" or "Length", Sequence or Items) => Size.Of(Sequence.From(instance)!.Count),
            ("Lengths", Shaped tensor) => Items.Lengths(tensor),
            ("Rank", Shaped tensor) => Size.Of(Dimension.Number(tensor.Rank)),
            ("Length" or "FlattenedLength", Shaped tensor) =>
                Size.Of(tensor.Dimensions.Aggregate<Dimension?, Dimension?>(Dimension.Number(1), (product, size) => product * size)),
            ("Current", _) => Sequence.From(instance)?.Element ?? Value.Unknown,
            _ => Value.Unknown,
        };
    }

    /// <summary>An element of an array, list or span.</summary>
    public static Value Element(Value collection, ImmutableArray<Value> indices) =>
        collection is Items items && indices is [Size { Dimension.AsNumber: { } index }] && index >= 0 && index < items.Values.Length
            ? items.Values[(int)index]
            : collection is not Shaped && Sequence.From(collection) is { } sequence ? sequence.Element
            : Value.Unknown;

    /// <summary>An element of a tuple by its own or its default name.</summary>
    public static Value TupleElement(IFieldSymbol field, Value tuple) =>
        tuple is Items items
        && (field.CorrespondingTupleField ?? field).Name is var name
        && name.StartsWith("Item", StringComparison.Ordinal)
        && int.TryParse(name.Substring(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= items.Values.Length
            ? items.Values[number - 1]
            : Value.Unknown;

    /// <summary>The size of an axis of an array.</summary>
    public static Value Length(Value array, Dimension? axis) => (array, axis?.AsNumber) switch
    {
        (Shaped shape, { } index) when index >= 0 && index < shape.Rank => Size.Of(shape.Dimensions[(int)index]),
        (Sequence or Items, 0) => Size.Of(Sequence.From(array)!.Count),
        _ => Value.Unknown,
    };

    /// <summary>A slice keeps the number of axes; an element of a matrix, vector or tensor has no shape.</summary>
    private static Value Slice(IPropertyReferenceOperation property, Shaped tensor) =>
        property.Type?.Name == "Tensor" ? new Shaped([.. tensor.Dimensions.Select(_ => (Dimension?)null)]) : Value.Unknown;
}
