using System.Globalization;
using System.Text.RegularExpressions;
using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Course;

/// <summary>
/// Points at numbers of the tests that the answer hands out as they are: those with many digits anywhere, those with
/// few only where the answer first recognises an input. Numbers of the statement are the learner's to use.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DoNotHardCodeExpectedValues()
    : KataRule(RuleIds.DoNotHardCodeExpectedValues, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private const int ManyDigits = 5;
    private const int FewDigits = 2;
    private static readonly Regex Number = new(@"(?<![\w.])\d+\.\d+(?:[eE][+-]?\d+)?", RegexOptions.CultureInvariant);

    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        if (scope.Tests.IsEmpty)
        {
            return;
        }

        var expected = new HashSet<double>(scope.Tests.SelectMany(NumbersIn));
        expected.ExceptWith(NumbersIn(scope.Statement));
        foreach (var member in answer.Members)
        {
            foreach (var literal in member.Body.Descendants().OfType<ILiteralOperation>().Where(IsReal))
            {
                var digits = SignificantDigits(literal.Syntax.ToString());
                var isTold = digits >= ManyDigits || (digits >= FewDigits && IsAfterRecognition(literal));
                if (isTold && expected.Contains((double)literal.ConstantValue.Value!) && IsHandedOut(literal, member.Body))
                {
                    report.At(literal, literal.Syntax.ToString());
                }
            }
        }
    }

    private static IEnumerable<double> NumbersIn(string text) =>
        Number.Matches(text).Cast<Match>().Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture));

    private static bool IsReal(ILiteralOperation literal) => literal.ConstantValue is { HasValue: true, Value: double };

    private static int SignificantDigits(string literal) =>
        literal.Split('e', 'E')[0].Where(char.IsDigit).SkipWhile(digit => digit == '0').Count();

    /// <summary>Whether a number is returned, stored or collected, and not calculated with.</summary>
    private static bool IsHandedOut(IOperation value, IOperation body)
    {
        var use = value.Ancestors().First(ancestor => ancestor is not (IConversionOperation or IUnaryOperation or IConditionalOperation { Type: not null }));
        return use switch
        {
            IReturnOperation or IArrayInitializerOperation or ICollectionExpressionOperation or ISwitchExpressionArmOperation => true,
            IArgumentOperation { Parent: IObjectCreationOperation or IInvocationOperation { TargetMethod.Name: "Dense" or "Add" or "Create" } } => true,
            ISimpleAssignmentOperation assignment => assignment.Target.Variable() is not { } variable || IsReturned(variable, body),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => IsReturned(declarator.Symbol, body),
            _ => false,
        };
    }

    private static bool IsReturned(ISymbol variable, IOperation body) =>
        body.Descendants().OfType<IReturnOperation>().Any(exit => exit.ReturnedValue?.Variable().IsSameAs(variable) == true);

    /// <summary>Whether a number is only handed out where an argument equals a constant.</summary>
    private static bool IsAfterRecognition(IOperation value) => value.Ancestors().Any(ancestor => ancestor switch
    {
        IConditionalOperation conditional => !conditional.Condition.Syntax.Span.Contains(value.Syntax.Span) && Recognises(conditional.Condition),
        ISwitchExpressionArmOperation arm => arm.Pattern is IConstantPatternOperation,
        ISwitchCaseOperation section => section.Clauses.Any(clause => clause is ISingleValueCaseClauseOperation),
        _ => false,
    });

    private static bool Recognises(IOperation condition) => condition.DescendantsAndSelf().Any(operation =>
        operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equality
        && new[] { equality.LeftOperand, equality.RightOperand }.Any(operand => operand.ConstantValue is { HasValue: true, Value: not (null or 0 or 0.0 or false) }));
}
