using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Numbers;

/// <summary>Points at whatever makes two runs differ: generators without a seed, the clock, hashes of the process.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TakeRandomnessFromTheArguments()
    : KataRule(RuleIds.TakeRandomnessFromTheArguments, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members.Where(member => member.Method.Name != nameof(GetHashCode)))
        {
            foreach (var operation in member.Body.Descendants().Where(operation => Differs(operation, answer.Types)))
            {
                report.At(operation);
            }
        }
    }

    private static bool Differs(IOperation operation, KnownTypes types) => operation switch
    {
        IObjectCreationOperation { Constructor: { } constructor } creation =>
            KnownTypes.IsOrDerivesFrom(creation.Type, types.Random) && !TakesASeed(constructor) && !IsDeclaredHere(creation.Type!),
        IPropertyReferenceOperation { Property: { IsStatic: true } property } =>
            (KnownTypes.Is(property.ContainingType, types.Random) && property.Name == "Shared")
            || (property.ContainingType.IsNamed("DateTime", "System") && property.Name is "Now" or "UtcNow" or "Today")
            || (property.ContainingType.IsNamed("DateTimeOffset", "System") && property.Name is "Now" or "UtcNow")
            || (property.ContainingType.IsNamed("Environment", "System") && property.Name is "TickCount" or "TickCount64" or "ProcessId"),
        IInvocationOperation { TargetMethod: var method } call => IsUnseeded(method) || IsHashOfTheProcess(method, call),
        _ => false,
    };

    private static bool TakesASeed(IMethodSymbol constructor) =>
        constructor.Parameters.Any(parameter => parameter.Type.IsInteger() || parameter.Type is IArrayTypeSymbol);

    private static bool IsDeclaredHere(ITypeSymbol type) => type.Locations.Any(location => location.IsInSource);

    private static bool IsUnseeded(IMethodSymbol method)
    {
        var type = method.ContainingType;
        var space = type?.ContainingNamespace?.ToDisplayString() ?? "";
        var takesASource = method.Parameters.Any(parameter => parameter.Type.Name is "Random" or "IContinuousDistribution" || parameter.Name == "seed");
        return type switch
        {
            _ when type.IsNamed("Guid", "System") => method.Name == "NewGuid",
            _ when type.IsNamed("Stopwatch", "System.Diagnostics") => method.Name == "GetTimestamp",
            _ when type.IsNamed("RandomNumberGenerator", "System.Security.Cryptography") => true,
            _ when type.IsNamed("RandomSeed", "MathNet.Numerics.Random") => true,
            _ when space == "MathNet.Numerics.Distributions" => method.IsStatic && method.Name.StartsWith("Sample", StringComparison.Ordinal) && !takesASource,
            _ when type is { Name: "MatrixBuilder" or "VectorBuilder" } => method.Name == "Random" && !takesASource,
            _ => false,
        };
    }

    /// <summary>The hash of a string changes with each start of a program.</summary>
    private static bool IsHashOfTheProcess(IMethodSymbol method, IInvocationOperation call) =>
        (method.Name == nameof(GetHashCode) && call.Instance?.Type?.SpecialType == SpecialType.System_String)
        || (method.ContainingType.IsNamed("HashCode", "System") && method.Name is "Combine" or "ToHashCode");
}
