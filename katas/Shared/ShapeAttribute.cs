/// <summary>
/// Declares the shape of a matrix, vector or tensor by the names of its dimensions, for example
/// <c>[Shape("n", "dK")]</c>. Equal names are equal sizes. The shape checker reads it while you type.
/// </summary>
/// <param name="dimensions">One name for each axis, in order; a number is a size that is fixed.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
public sealed class ShapeAttribute(params string[] dimensions) : Attribute
{
    /// <summary>The names of the dimensions, one for each axis.</summary>
    public IReadOnlyList<string> Dimensions { get; } = dimensions;
}
