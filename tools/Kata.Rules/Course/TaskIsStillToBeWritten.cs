using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Course;

/// <summary>Points at each method that still throws what the stub threw.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TaskIsStillToBeWritten() : KataRule(RuleIds.TaskIsStillToBeWritten, RuleSeverity.Informative, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var member in answer.Members)
        {
            var unwritten = member.Body.Descendants().OfType<IThrowOperation>().FirstOrDefault(thrown =>
                thrown.Exception is { } exception && KnownTypes.Is(Unconverted(exception).Type, answer.Types.NotImplementedException));
            if (unwritten is not null)
            {
                report.At(unwritten, member.Method.Name);
            }
        }
    }

    private static IOperation Unconverted(IOperation operation) =>
        operation is IConversionOperation conversion ? Unconverted(conversion.Operand) : operation;
}
