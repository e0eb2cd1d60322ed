using Microsoft.CodeAnalysis;

namespace Kata.Rules.Foundation;

/// <summary>How a rule says what it found.</summary>
internal sealed class Report(DiagnosticDescriptor descriptor, Action<Diagnostic> send)
{
    private readonly HashSet<Location> said = [];

    /// <summary>Points at a place, once.</summary>
    public void At(Location place, params object[] arguments)
    {
        if (said.Add(place))
        {
            send(Diagnostic.Create(descriptor, place, arguments));
        }
    }

    /// <summary>Points at an operation, once.</summary>
    public void At(IOperation operation, params object[] arguments) => At(operation.Syntax.GetLocation(), arguments);
}
