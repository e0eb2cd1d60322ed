namespace Kata.Rules.Shapes;

/// <summary>A size that has a name: a dimension of the stub, or whatever a parameter was given.</summary>
/// <param name="name">What it is called, unique within the method under analysis.</param>
/// <param name="isDeclared">Whether a <c>[Shape]</c> of the method names it: such names stand for sizes of their own.</param>
internal sealed class Symbol(string name, bool isDeclared) : IEquatable<Symbol>
{
    /// <summary>What it is called.</summary>
    public string Name { get; } = name;

    /// <summary>Whether a <c>[Shape]</c> of the method under analysis names it.</summary>
    public bool IsDeclared { get; } = isDeclared;

    /// <inheritdoc />
    public bool Equals(Symbol? other) => other is not null && Name == other.Name && IsDeclared == other.IsDeclared;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Symbol);

    /// <inheritdoc />
    public override int GetHashCode() => Name.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => Name;
}
