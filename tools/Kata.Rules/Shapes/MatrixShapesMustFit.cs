using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Rules.Shapes;

/// <summary>
/// Points at matrices, vectors and tensors whose shapes cannot fit, by the sizes that the stub names in its
/// <c>[Shape]</c> attributes. Two names that no guard has proved equal count as two sizes.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MatrixShapesMustFit() : KataRule(RuleIds.MatrixShapesMustFit, RuleSeverity.Essential, RuleReach.EveryKata)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        var analysis = new ShapeAnalysis(answer);
        analysis.Run();
        analysis.Misfits.SendTo(report);
    }
}
