using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Text;

/// <summary>
/// Points at places where single UTF-16 units become tokens or are counted as characters. Looking for a separator
/// by unit is right, and so is a method that knows of runes or surrogates.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotTakeUtf16UnitsForCharacters()
    : KataRule(RuleIds.DoNotTakeUtf16UnitsForCharacters, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members.Where(member => !KnowsOfRunes(member.Body)))
        {
            foreach (var operation in member.Body.Descendants().Where(operation => MakesATokenOfAUnit(operation, answer.Types)))
            {
                report.At(operation);
            }
        }
    }

    private static bool KnowsOfRunes(IOperation body) => body.Descendants().Any(operation =>
        operation.Type?.Name is "Rune" or "StringRuneEnumerator" or "TextElementEnumerator" or "StringInfo"
        || (operation is IInvocationOperation { TargetMethod: var method }
            && (method.ContainingType.IsNamed("StringInfo", "System.Globalization") || method.ContainingType.IsNamed("Rune", "System.Text")
                || method.Name.Contains("Surrogate") || method.Name is "ConvertToUtf32" or "EnumerateRunes")));

    private static bool MakesATokenOfAUnit(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.SpecialType: SpecialType.System_Char } } => ComesFromText(operation.ChildOperations.First()),
        IInvocationOperation { TargetMethod: { Name: "ToCharArray", ContainingType.SpecialType: SpecialType.System_String } } call => !IsJoinedAgain(call),
        IInvocationOperation { TargetMethod.Name: "Reverse" or "Distinct" or "GroupBy" or "ToList" or "ToArray" or "CountBy" } call =>
            KnownTypes.Is(call.TargetMethod.ContainingType, types.Enumerable) && IsText(call.Receiver()),
        IArrayCreationOperation { Initializer.ElementValues: { Length: 1 } units } => ComesFromText(units[0]),
        IObjectCreationOperation { Type.SpecialType: SpecialType.System_String, Arguments: { Length: > 0 } units } => ComesFromText(units[0].Value),
        IPropertyReferenceOperation { Property: { Name: "Length", ContainingType.SpecialType: SpecialType.System_String } } => IsCountOfCharacters(operation),
        _ => false,
    };

    /// <summary>Whether a unit comes out of a string: a loop's variable, a lambda's parameter, an index.</summary>
    private static bool ComesFromText(IOperation unit) => unit.Unwrapped() switch
    {
        IPropertyReferenceOperation { Instance: { } text, Arguments.Length: 1 } => IsText(text),
        ILocalReferenceOperation local => unit.Ancestors().OfType<IForEachLoopOperation>().Any(loop =>
            loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default) && IsText(loop.Collection)),
        IParameterReferenceOperation parameter => unit.Ancestors().OfType<IAnonymousFunctionOperation>().Any(lambda =>
            lambda.Symbol.Parameters.Contains(parameter.Parameter, SymbolEqualityComparer.Default)
            && lambda.Ancestors().OfType<IInvocationOperation>().FirstOrDefault() is { } query && IsText(query.Receiver())),
        _ => false,
    };

    private static bool IsText(IOperation? operation) => operation?.Unwrapped().Type?.SpecialType == SpecialType.System_String;

    private static bool IsJoinedAgain(IInvocationOperation call) => call.Ancestors().Any(ancestor =>
        ancestor is IObjectCreationOperation { Type.SpecialType: SpecialType.System_String }
        || ancestor is IInvocationOperation { TargetMethod: { Name: "Split" or "Trim" or "IndexOfAny" } });

    /// <summary>Whether a length goes into a ratio, itself or through a sum.</summary>
    private static bool IsCountOfCharacters(IOperation length)
    {
        var body = length.Ancestors().Last();
        var use = length.Ancestors().First(ancestor => ancestor is not IConversionOperation);
        return use switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } => true,
            ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } sum => IsInARatio(sum.Target.Variable(), body),
            IReturnOperation => length.Ancestors().OfType<IInvocationOperation>().FirstOrDefault() is { TargetMethod.Name: "Sum" } sum
                && (sum.Ancestors().First(ancestor => ancestor is not IConversionOperation) switch
                {
                    IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } => true,
                    IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => IsInARatio(declarator.Symbol, body),
                    _ => false,
                }),
            _ => false,
        };
    }

    private static bool IsInARatio(ISymbol? variable, IOperation body) => body.Descendants().Any(operation =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide } quotient
        && (variable.IsSameAs(quotient.LeftOperand.Variable()) || variable.IsSameAs(quotient.RightOperand.Variable())));
}
